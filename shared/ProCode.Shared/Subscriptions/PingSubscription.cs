using System.Globalization;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>Makes a <c>ping</c> event and its delivery to one subscription.</summary>
public sealed class PingSubscription(AppPartition rows, EventDeliveryStore deliveries, SubscriptionStore subscriptions, TimeProvider time)
{
    /// <summary>The delivery that is to be started. Doing it again under the same <paramref name="pingId"/> gives the same.</summary>
    public async Task<Result<EventDelivery>> RunAsync(long appId, long subscriptionId, long pingId, CancellationToken cancellation)
    {
        while (true)
        {
            if (!(await subscriptions.GetAsync(appId, subscriptionId, cancellation)).TryGet(out var found, out var error)) return error;
            if (found.Value.LastPing is { } last && last.Id == pingId
                && await deliveries.FindAsync(appId, subscriptionId, last.DeliveryId, cancellation) is { } made) return made.Value;
            if (!found.Value.Enabled) return SubscriptionErrors.Disabled.With($"Subscription {subscriptionId} is disabled; enable it first.");

            var now = time.GetUtcNow();
            var id = string.Create(CultureInfo.InvariantCulture, $"evt-ping-{pingId}");
            var told = new StatusEvent(id, EventType.Ping, now, 0, new StatusEventData(appId) { SubscriptionId = subscriptionId });
            var delivery = EventDelivery.Of(told, found.Value, now);
            var marked = found.Value with { LastPing = new PingMark(pingId, delivery.Id) };
            if (await rows.CommitAsync(appId, [SubscriptionStore.Update(marked, found.ETag), .. EventDeliveryStore.Insert(delivery)], cancellation) is not null)
                return delivery;
        }
    }
}
