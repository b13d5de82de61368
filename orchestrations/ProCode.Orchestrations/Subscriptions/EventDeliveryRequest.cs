namespace ProCode.Orchestrations.Subscriptions;

/// <summary>A round of a delivery of an event to a subscription.</summary>
public sealed record EventDeliveryRequest(long AppId, long SubscriptionId, string DeliveryId, int Round);

/// <summary>What comes after an attempt: the next one, or nothing.</summary>
public sealed record NextEventAttempt(DateTimeOffset? At);
