using System.Text.Json;

namespace ProCode.Pipelines;

/// <summary>An attempt of a stage that is over, as it stays on record: what it was given, and its output or failure.
/// One whose run was canceled or lost under it is FAILED as <see cref="PipelineErrors.RunOver"/>.</summary>
public sealed record AttemptRecord(
    long PipelineId, int Run, StageKind Stage, int Attempt, StageStatus Status, DateTimeOffset? StartedAt, DateTimeOffset EndedAt,
    JsonElement? Input, JsonElement? Output, StageFailure? Failure)
{
    /// <summary>The attempt that a stage's state tells of.</summary>
    public static AttemptRecord Of(Pipeline pipeline, StageRun stage, DateTimeOffset now) => new(
        pipeline.Id, pipeline.Run, stage.Stage, stage.Attempt, stage.Status, stage.StartedAt, stage.EndedAt ?? now, stage.Input, stage.Output, stage.Failure);
}
