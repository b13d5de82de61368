namespace ProCode.Deliveries;

/// <summary>How a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>Taken; what follows from it is not done yet, perhaps because the git host doesn't answer.</summary>
    RECEIVED,

    /// <summary>What follows from it is done.</summary>
    APPLIED,

    /// <summary>Nothing follows from it.</summary>
    IGNORED,

    /// <summary>What should follow couldn't be done. Sent again by its host, it is tried again.</summary>
    FAILED,
}

/// <summary>What happens to a delivery.</summary>
public enum DeliveryEvent
{
    Apply,
    Ignore,
    Fail,
    SendAgain,
}
