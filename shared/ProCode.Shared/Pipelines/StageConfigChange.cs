using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>What differs from a stage's default config; what is null stays as it is.</summary>
public sealed record StageConfigChange(
    DriveMode? DriveMode = null, RetryMode? RetryMode = null, int? MaxRetries = null, int? PollInterval = null, int? PollTimeout = null,
    int? MaxManualRetries = null)
{
    public const int MaxRetriesLimit = 10;

    public const int MaxManualRetriesLimit = 100;

    /// <summary>Seconds.</summary>
    public const int MaxPollInterval = 3600;

    /// <summary>Seconds: a day.</summary>
    public const int MaxPollTimeout = 86_400;

    /// <summary>The config with the change.</summary>
    public StageConfig Over(StageConfig config) => config with
    {
        DriveMode = DriveMode ?? config.DriveMode,
        RetryMode = RetryMode ?? config.RetryMode,
        MaxRetries = MaxRetries ?? config.MaxRetries,
        PollInterval = PollInterval ?? config.PollInterval,
        PollTimeout = PollTimeout ?? config.PollTimeout,
        MaxManualRetries = MaxManualRetries ?? config.MaxManualRetries,
    };

    /// <summary>The configs with the changes, stage by stage.</summary>
    public static IReadOnlyDictionary<StageKind, StageConfig> Over(
        IReadOnlyDictionary<StageKind, StageConfig> configs, IReadOnlyDictionary<StageKind, StageConfigChange> changes) =>
        new SortedDictionary<StageKind, StageConfig>(
            configs.ToDictionary(config => config.Key, config => changes.TryGetValue(config.Key, out var change) ? change.Over(config.Value) : config.Value));

    /// <summary>Blames every field that the stage can't have, or that is out of its limits. Only DEPLOY ends outside, so only it is ASYNC and polled.</summary>
    public void Validate(StageKind stage, string field, Check check)
    {
        var waits = stage == StageKind.DEPLOY;
        check.That(DriveMode is null or Pipelines.DriveMode.MANUAL || waits == (DriveMode == Pipelines.DriveMode.ASYNC), $"{field}.driveMode",
            waits ? "must be ASYNC or MANUAL for this stage" : "must be AUTO or MANUAL for this stage");
        check.That(MaxRetries is null or (>= 0 and <= MaxRetriesLimit), $"{field}.maxRetries", $"must be a whole number from 0 to {MaxRetriesLimit}");
        check.That(MaxManualRetries is null or (>= 0 and <= MaxManualRetriesLimit), $"{field}.maxManualRetries", $"must be a whole number from 0 to {MaxManualRetriesLimit}");
        Poll(PollInterval, "pollInterval", MaxPollInterval);
        Poll(PollTimeout, "pollTimeout", MaxPollTimeout);

        void Poll(int? seconds, string name, int max) => check
            .That(seconds is null || waits, $"{field}.{name}", "belongs to DEPLOY only")
            .That(seconds is null || (seconds >= 1 && seconds <= max), $"{field}.{name}", $"must be a whole number of seconds from 1 to {max}");
    }
}
