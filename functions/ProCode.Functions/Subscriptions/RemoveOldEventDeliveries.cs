using Microsoft.Azure.Functions.Worker;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>Removes, every night, what was delivered more than 30 days ago, and dead letters older than 90 days.</summary>
public sealed class RemoveOldEventDeliveries(EventDeliveryStore deliveries)
{
    [Function(nameof(RemoveOldEventDeliveries))]
    public Task Run([TimerTrigger("0 13 3 * * *")] TimerInfo timer, CancellationToken cancellation) => deliveries.RemoveOldAsync(cancellation);
}
