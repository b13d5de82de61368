namespace ProCode.Pipelines;

/// <summary>Who moves a pipeline on when a stage is done: a person, the pipeline itself, or the pipeline when the end is reported from outside
/// (seed 001, section 2.5). No stage follows the last one, so MANUAL there holds the pipeline before it.</summary>
public enum DriveMode
{
    MANUAL,
    AUTO,
    ASYNC,
}

/// <summary>Who starts a failed stage again.</summary>
public enum RetryMode
{
    AUTO,
    MANUAL,
}

/// <summary>How a stage is driven (seed 001, section 2.5). Intervals and timeouts are seconds and belong to ASYNC stages;
/// <paramref name="MaxRetries"/> bounds automatic retries only.</summary>
public sealed record StageConfig(DriveMode DriveMode, RetryMode RetryMode, int MaxRetries, int? PollInterval = null, int? PollTimeout = null)
{
    /// <summary>How often a person may retry the stage.</summary>
    public int MaxManualRetries { get; init; } = 10;

    /// <summary>The defaults of a PHASE pipeline, as seed 001 gives them.</summary>
    public static IReadOnlyDictionary<StageKind, StageConfig> PhaseDefaults { get; } = new SortedDictionary<StageKind, StageConfig>
    {
        [StageKind.CODE_CHECK] = new(DriveMode.AUTO, RetryMode.AUTO, MaxRetries: 3),
        [StageKind.BUILD] = new(DriveMode.AUTO, RetryMode.AUTO, MaxRetries: 2),
        [StageKind.PACKAGE] = new(DriveMode.AUTO, RetryMode.MANUAL, MaxRetries: 0),
        [StageKind.DEPLOY] = new(DriveMode.ASYNC, RetryMode.MANUAL, MaxRetries: 0, PollInterval: 30, PollTimeout: 1800),
    };
}
