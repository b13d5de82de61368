using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Subscriptions;

/// <summary>Starts the orchestration of a round of a delivery, once however often it is asked.</summary>
public sealed class EventDeliveryStarter(ILogger<EventDeliveryStarter> logger)
{
    /// <summary>Starts what was begun; what the engine does not take stays owed.</summary>
    public Task StartAsync(DurableTaskClient durable, IEnumerable<EventDelivery> begun, CancellationToken cancellation) => Task.WhenAll(
        begun.Select(delivery => TryStartAsync(durable, new EventDeliveryRequest(delivery.AppId, delivery.SubscriptionId, delivery.Id, delivery.Round), cancellation)));

    /// <summary>True when it is started, now or earlier. False when the engine did not take it: the debt stays for the sweep.</summary>
    public Task<bool> TryStartAsync(DurableTaskClient durable, EventDeliveryRequest delivery, CancellationToken cancellation) => durable.TryStartAsync(
        nameof(EventDeliveryOrchestrator), InstanceIds.ForEventDelivery(delivery), delivery, StartStatuses.UnlessFailed,
        failure => EventDeliveryLog.StartFailed(logger, failure, delivery.AppId, delivery.DeliveryId), cancellation);
}
