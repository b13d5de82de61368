using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Deliveries;

/// <summary>Starts the orchestration of a delivery, once however often it is asked.</summary>
public sealed class DeliveryStarter(ILogger<DeliveryStarter> logger)
{
    /// <summary>True when it is started, now or earlier. False when the engine did not take it: the debt stays for the sweep.</summary>
    public Task<bool> TryStartAsync(DurableTaskClient durable, DeliveryRequest delivery, CancellationToken cancellation) => durable.TryStartAsync(
        nameof(DeliveryOrchestrator), InstanceIds.ForDelivery(delivery), delivery, StartStatuses.UnlessFailed,
        failure => DeliveryLog.StartFailed(logger, failure, delivery.AppId, delivery.DeliveryId), cancellation);
}
