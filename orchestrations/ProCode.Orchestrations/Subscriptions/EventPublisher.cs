using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Subscriptions;

/// <summary>Publishes the events that an app owes and starts their deliveries. What a death leaves undone in between is owed, and swept.</summary>
public sealed class EventPublisher(PublishEvents publish, SubscribedApps subscribed, EventDeliveryStarter starter, ILogger<EventPublisher> logger)
{
    /// <summary>For whoever has just written events: publishes them if the app seems to have subscriptions. Never fails; the sweep makes up for it.</summary>
    public async Task PayAsync(DurableTaskClient durable, long appId, CancellationToken cancellation)
    {
        try
        {
            if (await subscribed.HasAnyAsync(appId, cancellation)) await PublishAsync(durable, appId, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            EventDeliveryLog.PublishFailed(logger, e, appId);
        }
    }

    /// <summary>For the sweep: publishes the events, and clears away those that nobody wants. True when none is owed any more.</summary>
    public async Task<bool> PublishAsync(DurableTaskClient durable, long appId, CancellationToken cancellation)
    {
        await starter.StartAsync(durable, await publish.RunAsync(appId, cancellation), cancellation);
        return true;
    }

    /// <summary>For the sweep: starts a round of a delivery. True when it is started, now or earlier.</summary>
    public Task<bool> TryStartAsync(DurableTaskClient durable, EventDeliveryRequest delivery, CancellationToken cancellation) =>
        starter.TryStartAsync(durable, delivery, cancellation);
}
