namespace ProCode.Storage;

/// <summary>What a change still owes to the world outside its partition.</summary>
public enum OutboxKind
{
    /// <summary>The app's line in its project's list.</summary>
    LIST_APP,

    /// <summary>The pipeline's line in its project's list.</summary>
    LIST_PIPELINE,

    /// <summary>The start of a run's orchestration.</summary>
    START_RUN,

    /// <summary>A call to a run that waits: its row has changed.</summary>
    WAKE_RUN,

    /// <summary>A call to the orchestration of an ITERATION pipeline, or its start: its iteration has changed.</summary>
    WAKE_ITERATION,

    /// <summary>Word to the target that a deployment (<see cref="OutboxEntry.Key"/>) is wanted no more.</summary>
    STOP_DEPLOYMENT,

    /// <summary>The start of the orchestration that sets the app up at its git host.</summary>
    START_SETUP,

    /// <summary>The start of the orchestration that applies a delivery of the repository's webhook.</summary>
    APPLY_DELIVERY,

    /// <summary>The deliveries of an event, which the debt's row holds, to the app's subscriptions.</summary>
    PUBLISH_EVENT,

    /// <summary>The start of the orchestration that delivers an event to a subscription.</summary>
    START_EVENT_DELIVERY,
}

/// <summary>A debt that is written in the transaction of the change which causes it, and deleted when paid. Paying twice does no harm.
/// <paramref name="Key"/> tells apart what has no number.</summary>
public sealed record OutboxEntry(OutboxKind Kind, long Id, int Run = 0, string? Key = null);
