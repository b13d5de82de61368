using System.ComponentModel.DataAnnotations;

namespace ProCode.Pipelines;

/// <summary>Settings under <c>Pipelines</c>.</summary>
public sealed class PipelineOptions
{
    /// <summary>The wait before the first automatic retry of a stage; it doubles with every further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan FirstRetryInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How soon work under way notices that its run was canceled.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:05")]
    public TimeSpan CancelCheckInterval { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the engine keeps the history of an orchestration that has ended, counted from its begin.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan HistoryRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often a deployment is polled, in new pipelines; whole seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DeployPollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a deployment may take from the moment the ops system took it, in new pipelines; whole seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DeployTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The stage configs of a new PHASE pipeline.</summary>
    public IReadOnlyDictionary<StageKind, StageConfig> PhaseDefaults() => new SortedDictionary<StageKind, StageConfig>(StageConfig.PhaseDefaults.ToDictionary())
    {
        [StageKind.DEPLOY] = StageConfig.PhaseDefaults[StageKind.DEPLOY] with
        {
            PollInterval = (int)DeployPollInterval.TotalSeconds,
            PollTimeout = (int)DeployTimeout.TotalSeconds,
        },
    };
}
