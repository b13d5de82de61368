using ProCode.Results;

namespace ProCode.Subscriptions;

/// <summary>What can go wrong with subscriptions and their deliveries.</summary>
public static class SubscriptionErrors
{
    public static readonly ErrorCode NotFound = new(4401, "SUBSCRIPTION_NOT_FOUND", ErrorKind.NotFound);
    public static readonly ErrorCode TooMany = new(4402, "SUBSCRIPTION_LIMIT_REACHED", ErrorKind.Conflict);
    public static readonly ErrorCode Disabled = new(4403, "SUBSCRIPTION_DISABLED", ErrorKind.Conflict);
    public static readonly ErrorCode DeliveryNotFound = new(4404, "EVENT_DELIVERY_NOT_FOUND", ErrorKind.NotFound);

    /// <summary>The app has no subscription with this id.</summary>
    public static Error Missing(long appId, long id) => NotFound.With($"App {appId} has no subscription {id}.");
}
