using Microsoft.Extensions.Logging;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Subscriptions;

/// <summary>Events 3250-3299.</summary>
internal static partial class EventDeliveryLog
{
    [LoggerMessage(3250, LogLevel.Information, "App {AppId}, subscription {SubscriptionId}: {DeliveryId} is {Status} after {Tries} attempts. {Reason}")]
    public static partial void Settled(
        ILogger logger, long appId, long subscriptionId, string deliveryId, EventDeliveryStatus status, int tries, string? reason);

    [LoggerMessage(3251, LogLevel.Warning, "App {AppId}, subscription {SubscriptionId}: {DeliveryId} was not taken ({StatusCode}, {Error}) and is sent again at {At}.")]
    public static partial void NotTaken(
        ILogger logger, long appId, long subscriptionId, string deliveryId, int? statusCode, string? error, DateTimeOffset at);

    [LoggerMessage(3252, LogLevel.Error, "App {AppId}, {DeliveryId}: the engine did not take the start; the sweep tries again.")]
    public static partial void StartFailed(ILogger logger, Exception failure, long appId, string deliveryId);

    [LoggerMessage(3253, LogLevel.Error, "App {AppId}: its events could not be published; the sweep tries again.")]
    public static partial void PublishFailed(ILogger logger, Exception failure, long appId);
}
