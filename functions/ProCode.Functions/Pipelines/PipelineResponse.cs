using System.Text.Json;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

/// <summary>A pipeline as clients see it: what made it, and for a roll-back to which deployment it leads. Checkpoints are what finished stages brought; stages are those of the current run.</summary>
internal sealed record PipelineResponse(
    long Id, long ProjectId, long AppId, long IterationId, PipelineType Type, PipelineTrigger? Trigger, string? RollbackTo, long? ParentId,
    long RefId, PipelineStatus Status, string? CurrentStage, string? Tag, string? Branch, string? TestBranch, string? CommitId, string? Environment, DeployStatus? DeployStatus, string? DeployId, WaitingFor? WaitingFor,
    IReadOnlyList<CheckpointResponse> Checkpoints, IReadOnlyList<StageResponse> Stages, int Run, IReadOnlyList<RunResponse>? Runs,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static PipelineResponse From(Pipeline pipeline, IReadOnlyList<PipelineRun>? runs, IReadOnlyList<AttemptRecord>? attempts = null) => new(
        pipeline.Id, pipeline.ProjectId, pipeline.AppId, pipeline.IterationId, pipeline.Type, pipeline.Trigger, pipeline.RollbackTo, pipeline.ParentId,
        pipeline.RefId, pipeline.Status, pipeline.CurrentStage, pipeline.Tag, pipeline.Branch, pipeline.TestBranch, pipeline.CommitId, pipeline.Environment, pipeline.DeployStatus, pipeline.DeployId, pipeline.WaitingFor,
        [.. pipeline.Stages.Where(stage => stage.Status == StageStatus.SUCCESS).Select(stage => new CheckpointResponse(stage.Stage, stage.Status, stage.Output))],
        [
            .. pipeline.IterationStages.Select(StageResponse.From),
            .. pipeline.Stages.Select(stage => StageResponse.From(stage, pipeline.StageConfigs[stage.Stage])),
        ],
        pipeline.Run, runs?.Select(run => RunResponse.From(pipeline, run, attempts!)).ToList(), pipeline.CreatedAt, pipeline.UpdatedAt);
}

/// <summary>What a finished stage brought.</summary>
internal sealed record CheckpointResponse(StageKind Stage, StageStatus Status, JsonElement? Output);

/// <summary>A stage of the current run; that of an ITERATION pipeline is a phase, its attempts are how often it was entered, and it has a pipeline of its own.</summary>
internal sealed record StageResponse(
    string Stage, StageStatus Status, int Attempts, int? ManualRetries, StageConfig Config, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? RetryAt,
    string? ProceededBy, JsonElement? Input, StageErrorResponse? Error, long? PipelineId = null)
{
    public static StageResponse From(IterationStageRun stage) => new(
        stage.Stage.ToString(), stage.Status, stage.Entries, ManualRetries: null, IterationStageRun.Config, stage.StartedAt, stage.EndedAt, RetryAt: null,
        ProceededBy: null, Input: null, Error: null, stage.PipelineId);

    public static StageResponse From(StageRun stage, StageConfig config) => new(
        stage.Stage.ToString(), stage.Status, stage.Attempt, stage.ManualRetries, config, stage.StartedAt, stage.EndedAt, stage.RetryAt,
        stage.ProceededBy, stage.Input, StageErrorResponse.From(stage.Failure));
}

/// <summary>Why a stage failed, with a code of docs/errors.md.</summary>
internal sealed record StageErrorResponse(int Code, string Error, string Message, IReadOnlyList<ErrorDetail>? Details)
{
    public static StageErrorResponse? From(StageFailure? failure) =>
        failure is null ? null : new StageErrorResponse(failure.Code, failure.Error, failure.Message, failure.Details);
}

/// <summary>A run of the pipeline: why and by whom it was begun, who ended it if it did not end by itself, and its attempts that are over, in order.</summary>
internal sealed record RunResponse(
    int Run, PipelineStatus Status, RunCause Cause, StageKind FromStage, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? EndedBy,
    IReadOnlyList<AttemptResponse> Attempts)
{
    // A run's row tells how it ended; until then it stands as its pipeline does.
    public static RunResponse From(Pipeline pipeline, PipelineRun run, IReadOnlyList<AttemptRecord> attempts) => new(
        run.Run, run.EndedAt is null && run.Run == pipeline.Run ? pipeline.Status : run.Status, run.Cause, run.FromStage, run.StartedBy, run.StartedAt, run.EndedAt, run.EndedBy,
        [.. attempts.Where(attempt => attempt.Run == run.Run).Select(AttemptResponse.From)]);
}

/// <summary>An attempt of a stage that is over.</summary>
internal sealed record AttemptResponse(
    StageKind Stage, int Attempt, StageStatus Status, DateTimeOffset? StartedAt, DateTimeOffset EndedAt, JsonElement? Input, JsonElement? Output, StageErrorResponse? Error)
{
    public static AttemptResponse From(AttemptRecord attempt) => new(
        attempt.Stage, attempt.Attempt, attempt.Status, attempt.StartedAt, attempt.EndedAt, attempt.Input, attempt.Output, StageErrorResponse.From(attempt.Failure));
}
