using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Functions.Iterations;

/// <summary>An iteration as clients see it, with its phases, oldest first, and what can be done next.</summary>
internal sealed record IterationResponse(
    long Id, long AppId, long ProjectId, string Name, IterationStatus Status, string SourceBranch, string? LastCommitId,
    DateTimeOffset? LastCommitAt, PhaseType? CurrentPhase, long? PipelineId, IReadOnlyList<PhaseResponse> Phases, AllowedResponse Allowed,
    string? ClosedBy, DateTimeOffset? ClosedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static IterationResponse From(Iteration iteration, IReadOnlyList<Pipeline> pipelines, bool maySkip) => new(
        iteration.Id, iteration.AppId, iteration.ProjectId, iteration.Name, iteration.Status, iteration.SourceBranch,
        iteration.LastCommitId, iteration.LastCommitAt, iteration.CurrentPhase, iteration.PipelineId,
        [.. iteration.Phases.Select(phase => PhaseResponse.From(phase, pipelines))], AllowedResponse.From(iteration, pipelines, maySkip),
        iteration.Closing?.By, iteration.Closing?.At, iteration.CreatedAt, iteration.UpdatedAt);
}

/// <summary>A phase with the pipeline that carries it out.</summary>
internal sealed record PhaseResponse(
    long Id, PhaseType Type, string Branch, string? TestBranch, string? Tag, string? CommitId, string Environment, PhaseStatus Status, PhasePipelineResponse Pipeline,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    public static PhaseResponse From(IterationPhase phase, IReadOnlyList<Pipeline> pipelines)
    {
        var pipeline = pipelines.FirstOrDefault(found => found.Id == phase.PipelineId);
        return new PhaseResponse(
            phase.Id, phase.Type, phase.Branch, phase.TestBranch, phase.Tag, pipeline?.CommitId, phase.Environment, phase.Status,
            new PhasePipelineResponse(phase.PipelineId, pipeline?.Status, pipeline?.CurrentStage, pipeline?.WaitingFor), phase.CreatedAt, phase.EndedAt);
    }
}

/// <summary>Which pipeline, how it stands, and what it waits for.</summary>
internal sealed record PhasePipelineResponse(long Id, PipelineStatus? Status, string? CurrentStage, WaitingFor? WaitingFor);

/// <summary>What can be done with an iteration now: the phases to proceed to, whether the latest one can be carried out by a new pipeline, and whether it can be closed.</summary>
internal sealed record AllowedResponse(IReadOnlyList<PhaseType> Proceed, bool NewPipeline, bool Close)
{
    public static AllowedResponse From(Iteration iteration, IReadOnlyList<Pipeline> pipelines, bool maySkip) => new(
        [.. iteration.Enterable(maySkip)],
        iteration.IsOpen && pipelines.Any(pipeline => pipeline.Id == iteration.LatestPhase?.PipelineId && pipeline.Status.IsFinal()),
        iteration.Refusal(IterationEvent.Close, maySkip) is null);
}
