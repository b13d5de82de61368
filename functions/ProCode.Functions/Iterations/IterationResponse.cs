using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Functions.Iterations;

/// <summary>An iteration as clients see it, with its phases, oldest first.</summary>
internal sealed record IterationResponse(
    long Id, long AppId, long ProjectId, string Name, IterationStatus Status, string SourceBranch, string? LastCommitId,
    DateTimeOffset? LastCommitAt, PhaseType? CurrentPhase, long? PipelineId, IReadOnlyList<PhaseResponse> Phases,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static IterationResponse From(Iteration iteration, IReadOnlyList<Pipeline> pipelines) => new(
        iteration.Id, iteration.AppId, iteration.ProjectId, iteration.Name, iteration.Status, iteration.SourceBranch,
        iteration.LastCommitId, iteration.LastCommitAt, iteration.CurrentPhase, iteration.PipelineId,
        [.. iteration.Phases.Select(phase => PhaseResponse.From(phase, pipelines))], iteration.CreatedAt, iteration.UpdatedAt);
}

/// <summary>A phase with the pipeline that carries it out.</summary>
internal sealed record PhaseResponse(
    long Id, PhaseType Type, string Branch, string Tag, string Environment, PhaseStatus Status, PhasePipelineResponse Pipeline, DateTimeOffset CreatedAt)
{
    public static PhaseResponse From(IterationPhase phase, IReadOnlyList<Pipeline> pipelines)
    {
        var pipeline = pipelines.FirstOrDefault(found => found.Id == phase.PipelineId);
        return new PhaseResponse(
            phase.Id, phase.Type, phase.Branch, phase.Tag, phase.Environment, phase.Status,
            new PhasePipelineResponse(phase.PipelineId, pipeline?.Status, pipeline?.CurrentStage), phase.CreatedAt);
    }
}

/// <summary>Which pipeline, and how it stands.</summary>
internal sealed record PhasePipelineResponse(long Id, PipelineStatus? Status, string? CurrentStage);
