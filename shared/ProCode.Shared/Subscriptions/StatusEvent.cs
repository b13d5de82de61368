namespace ProCode.Subscriptions;

/// <summary>
/// Something that happened, as its receivers are told. <paramref name="Id"/> follows from the change, so the same change never makes two, and has no
/// dot; <paramref name="Sequence"/> grows with the changes of one subject, so that a receiver notices what comes late.
/// </summary>
public sealed record StatusEvent(string Id, EventType Type, DateTimeOffset Timestamp, long Sequence, StatusEventData Data);

/// <summary>What changed and from what to what; <paramref name="From"/> is null for what is new. Nothing in it is secret, nor is any text of an agent.</summary>
public sealed record StatusEventData(long AppId, string? From = null, string? To = null)
{
    public long? IterationId { get; init; }

    public long? PipelineId { get; init; }

    public string? PipelineType { get; init; }

    public int? Run { get; init; }

    public string? Stage { get; init; }

    public int? Attempt { get; init; }

    public string? DeploymentId { get; init; }

    public string? Tag { get; init; }

    public string? Environment { get; init; }

    /// <summary>Why it failed; the code is explained in docs/errors.md.</summary>
    public StatusEventError? Error { get; init; }

    /// <summary>The phases of an iteration that changed.</summary>
    public IReadOnlyList<PhaseChange>? Phases { get; init; }

    /// <summary>The subscription that a ping is for.</summary>
    public long? SubscriptionId { get; init; }
}

/// <summary>A documented failure.</summary>
public sealed record StatusEventError(int Code, string Error);

/// <summary>A phase whose status changed; <paramref name="From"/> is null for one that was just entered.</summary>
public sealed record PhaseChange(long Id, string Type, string? From, string To, long PipelineId, string? Tag, string Environment);
