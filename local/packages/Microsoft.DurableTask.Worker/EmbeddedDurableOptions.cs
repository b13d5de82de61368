using System.Globalization;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;

namespace Microsoft.DurableTask.Worker;

/// <summary>Where the embedded engine keeps its state and how much it runs at once.</summary>
internal sealed record EmbeddedDurableOptions
{
    /// <summary>The SQLite file; made when absent. One process at a time may have it open.</summary>
    public required string DatabasePath { get; init; }

    public int MaxConcurrentActivities { get; init; } = 20;

    public int MaxConcurrentOrchestrators { get; init; } = 20;

    /// <summary>How many waiting instances keep their state in memory.</summary>
    public int MaxLiveInstances { get; init; } = 1000;

    /// <summary>Replay from the start at every step, so that nondeterminism can't hide behind kept state.</summary>
    public bool ForceReplay { get; init; }

    /// <summary><c>point:activity[:nth]</c>: where the process kills itself, for crash tests.</summary>
    public string? CrashAt { get; init; }

    /// <summary>Loses and reorders external events around ContinueAsNew, as the real backend does; the number seeds the choice. Null: all arrive.</summary>
    public int? EventChaos { get; init; }

    /// <summary>The same as the environment has it, for hosts without other settings: <c>ProCodeLocal__EventChaos</c>.</summary>
    public static int? EventChaosOfEnvironment =>
        Environment.GetEnvironmentVariable("ProCodeLocal__EventChaos") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    /// <summary>How long finished instances are kept; infinite keeps them until they are purged.</summary>
    public TimeSpan Retention { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Waits for the disk with every commit.</summary>
    public bool SurvivesPowerLoss { get; init; }

    /// <summary>
    /// The version that new instances get when their starter names none; instances of a newer one are left to a newer host. Null: a
    /// worker without a host, which runs whatever comes.
    /// </summary>
    public string? HostVersion { get; init; }

    /// <summary>Keeps what every run did.</summary>
    public RunRecorder? Recorder { get; init; }

    /// <summary>What befalls the file's operations, in tests.</summary>
    public IStorageFate? Fate { get; init; }
}
