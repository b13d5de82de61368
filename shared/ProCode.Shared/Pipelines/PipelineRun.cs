namespace ProCode.Pipelines;

/// <summary>One run of a pipeline: one top-level durable instance, from start to end.</summary>
public sealed record PipelineRun(
    long PipelineId, int Run, PipelineStatus Status, StageKind FromStage, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null);
