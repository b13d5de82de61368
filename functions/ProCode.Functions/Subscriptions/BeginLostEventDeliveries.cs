using Microsoft.Azure.Functions.Worker;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>Has deliveries begun again, every night, whose next attempt is an hour overdue: the engine knows nothing of them any more.</summary>
public sealed class BeginLostEventDeliveries(EventDeliveryStore deliveries)
{
    [Function(nameof(BeginLostEventDeliveries))]
    public Task Run([TimerTrigger("0 43 2 * * *")] TimerInfo timer, CancellationToken cancellation) => deliveries.OweLostAsync(cancellation);
}
