namespace ProCode.Pipelines;

/// <summary>Why a run was begun.</summary>
public enum RunCause
{
    /// <summary>The pipeline was made: its phase was entered, or the environment rolled back.</summary>
    START,
    RETRY,
    RESUME,
    RESTART,
}

/// <summary>One run of a pipeline: one top-level durable instance, from start to end.</summary>
public sealed record PipelineRun(
    long PipelineId, int Run, PipelineStatus Status, StageKind FromStage, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null)
{
    /// <summary>Why it was begun.</summary>
    public RunCause Cause { get; init; }

    /// <summary>Who ended it, when it did not end by itself.</summary>
    public string? EndedBy { get; init; }
}
