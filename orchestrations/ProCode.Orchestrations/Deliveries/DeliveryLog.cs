using Microsoft.Extensions.Logging;
using ProCode.Deliveries;

namespace ProCode.Orchestrations.Deliveries;

/// <summary>Events 3200-3249.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(3200, LogLevel.Information, "App {AppId}, delivery {DeliveryId}: {Status}. {LedTo}")]
    public static partial void Settled(ILogger logger, long appId, string deliveryId, DeliveryStatus status, string? ledTo);

    [LoggerMessage(3201, LogLevel.Warning, "App {AppId}, delivery {DeliveryId} is tried again later: {Reason}")]
    public static partial void HostAway(ILogger logger, long appId, string deliveryId, string? reason);

    [LoggerMessage(3202, LogLevel.Error, "App {AppId}, delivery {DeliveryId}: the engine did not take the start; the sweep tries again.")]
    public static partial void StartFailed(ILogger logger, Exception failure, long appId, string deliveryId);
}
