using Microsoft.Azure.Functions.Worker;
using ProCode.Deliveries;

namespace ProCode.Functions.Deliveries;

/// <summary>Removes, every night, the deliveries that are older than 30 days.</summary>
public sealed class RemoveOldDeliveries(DeliveryStore deliveries)
{
    [Function(nameof(RemoveOldDeliveries))]
    public Task Run([TimerTrigger("0 43 2 * * *")] TimerInfo timer, CancellationToken cancellation) => deliveries.RemoveOldAsync(cancellation);
}
