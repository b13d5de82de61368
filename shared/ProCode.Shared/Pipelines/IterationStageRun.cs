namespace ProCode.Pipelines;

/// <summary>The stages of an ITERATION pipeline, in their order: what comes before the first phase, and the phases.</summary>
public enum IterationStage
{
    DEVELOPING,
    TESTING,
    STAGING,
    RELEASE,
}

/// <summary>A stage of an ITERATION pipeline. <paramref name="Entries"/> is how often its phase was entered; <paramref name="PipelineId"/> is the PHASE
/// pipeline that carries it out, none for DEVELOPING.</summary>
public sealed record IterationStageRun(
    IterationStage Stage, StageStatus Status, int Entries, DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null, long? PipelineId = null)
{
    /// <summary>How every one of them is driven (seed 001, section 2.5): people enter them, and people have them tried again.</summary>
    public static StageConfig Config { get; } = new(DriveMode.MANUAL, RetryMode.MANUAL, MaxRetries: 0);
}
