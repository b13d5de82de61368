namespace ProCode.Local.Durable;

/// <summary>What is known about an instance. Payloads are null when they were not asked for.</summary>
public sealed record InstanceInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime UpdatedAt { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public TaskFailure? Failure { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>Which instances a listing or purge takes; times are UTC, both ends included.</summary>
public sealed record InstanceFilter
{
    public string? IdPrefix { get; init; }

    public DateTime? CreatedFrom { get; init; }

    public DateTime? CreatedTo { get; init; }

    /// <summary>Null or empty: any.</summary>
    public IReadOnlyCollection<RunStatus>? Statuses { get; init; }
}

/// <summary>A new instance to start.</summary>
public sealed record StartRequest(string Id, string Name, string? Input)
{
    /// <summary>The states of an instance that is alive.</summary>
    public static readonly IReadOnlyCollection<RunStatus> Alive = [RunStatus.Pending, RunStatus.Running, RunStatus.Suspended];

    public string Version { get; init; } = "";

    /// <summary>UTC; null starts at once.</summary>
    public DateTime? StartAt { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>An instance of that id in one of these states refuses the start; in any other it is replaced.</summary>
    public IReadOnlyCollection<RunStatus> BlockingStatuses { get; init; } = Alive;
}

/// <summary>What became of a signal to an instance.</summary>
public enum SignalOutcome
{
    Accepted,
    NotFound,

    /// <summary>The instance is finished, or not in a state in which the signal means anything.</summary>
    WrongState,
}
