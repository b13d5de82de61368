using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable;

/// <summary>Where the engine keeps its state and how much it runs at once.</summary>
public sealed record DurableEngineOptions
{
    /// <summary>The SQLite file; made when absent. One process at a time may have it open.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>How many activities run at the same time.</summary>
    public int MaxConcurrentActivities { get; init; } = 20;

    /// <summary>How many instances take a step at the same time.</summary>
    public int MaxConcurrentOrchestrators { get; init; } = 20;

    /// <summary>How many waiting instances keep their state in memory so that their next step needs no replay.</summary>
    public int MaxLiveInstances { get; init; } = 1000;

    /// <summary>Replay from the start at every step.</summary>
    public bool ForceReplay { get; init; }

    /// <summary><c>point:activity[:nth]</c>: where the process kills itself, for crash tests.</summary>
    public string? CrashAt { get; init; }

    /// <summary>Loses and reorders external events around ContinueAsNew, as the real backend does; the number seeds the choice. Null: all arrive.</summary>
    public int? EventChaos { get; init; }

    /// <summary>How long finished instances are kept; infinite keeps them until they are purged.</summary>
    public TimeSpan Retention { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Waits for the disk with every commit, so that none is lost in a power failure; kill -9 loses none anyway.</summary>
    public bool SurvivesPowerLoss { get; init; }

    /// <summary>Keeps what every run did.</summary>
    public RunRecorder? Recorder { get; init; }

    /// <summary>What befalls the file's operations, in tests.</summary>
    public IStorageFate? Fate { get; init; }
}
