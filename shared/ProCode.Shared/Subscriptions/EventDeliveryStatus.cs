namespace ProCode.Subscriptions;

/// <summary>How a delivery of an event stands.</summary>
public enum EventDeliveryStatus
{
    /// <summary>It is attempted now or later.</summary>
    PENDING,

    /// <summary>The receiver took it.</summary>
    DELIVERED,

    /// <summary>Nobody attempts it any more, unless somebody asks for it: a dead letter.</summary>
    DEAD,
}

/// <summary>What happens to a delivery.</summary>
public enum EventDeliveryEvent
{
    Deliver,
    GiveUp,
    Replay,
}
