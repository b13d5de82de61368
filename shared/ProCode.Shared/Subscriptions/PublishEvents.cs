using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>
/// Turns the events that an app owes into deliveries to its subscriptions. An event's debt goes in the transaction that makes its deliveries, which owe
/// their start in turn: wherever this dies, and however many do it at once, an event has one delivery for each subscription.
/// </summary>
public sealed class PublishEvents(AppPartition rows, EventDeliveryStore deliveries, SubscriptionStore subscriptions, SubscribedApps subscribed, TimeProvider time)
{
    // A transaction has at most 100 changes; an event makes two for each of 20 subscriptions at most, and one of its own.
    private const int MaxChanges = 100;

    private static readonly string Prefix = AppRows.OutboxPrefix + OutboxKind.PUBLISH_EVENT;

    /// <summary>The deliveries that are to be started.</summary>
    public async Task<IReadOnlyList<EventDelivery>> RunAsync(long appId, CancellationToken cancellation)
    {
        var made = new List<EventDelivery>();
        for (var careful = false; ;)
        {
            // In this order: a subscription that was there before an event is found with it.
            var owed = await rows.ReadPrefixAsync(appId, Prefix, cancellation);
            if (owed.Count == 0) return made;
            var receivers = await subscriptions.ListAsync(appId, cancellation);
            subscribed.Remember(appId, receivers.Count > 0);
            if (!await PublishAsync(appId, owed, receivers, careful, made, cancellation)) careful = true;
        }
    }

    // False when somebody else was there. Who lost a race may not assume any more that none of the deliveries is there.
    private async Task<bool> PublishAsync(
        long appId, IReadOnlyList<TableEntity> owed, IReadOnlyList<Subscription> receivers, bool careful, List<EventDelivery> made, CancellationToken cancellation)
    {
        var (changes, fresh) = (new List<TableTransactionAction>(), new List<EventDelivery>());
        foreach (var debt in owed)
        {
            var told = TableEntityJson.Get<StatusEvent>(debt, StatusEvents.Event) ?? throw new InvalidOperationException($"Row {debt.RowKey} has no event.");
            var wanted = receivers.Where(receiver => receiver.Wants(told)).Select(receiver => EventDelivery.Of(told, receiver, time.GetUtcNow())).ToList();
            if (careful) wanted = await MissingAsync(wanted, cancellation);
            if (changes.Count > 0 && (careful || changes.Count + (2 * wanted.Count) + 1 > MaxChanges))
            {
                if (!await CommitAsync()) return false;
                (changes, fresh) = ([], []);
            }

            changes.AddRange(wanted.SelectMany(EventDeliveryStore.Insert));
            changes.Add(AppPartition.Delete(appId, debt.RowKey, debt.ETag));
            fresh.AddRange(wanted);
        }

        return await CommitAsync();

        async Task<bool> CommitAsync()
        {
            if (await rows.CommitAsync(appId, changes, cancellation) is null) return false;
            made.AddRange(fresh);
            return true;
        }
    }

    private async Task<List<EventDelivery>> MissingAsync(List<EventDelivery> wanted, CancellationToken cancellation)
    {
        var missing = new List<EventDelivery>();
        foreach (var delivery in wanted)
        {
            if (await deliveries.FindAsync(delivery.AppId, delivery.SubscriptionId, delivery.Id, cancellation) is null) missing.Add(delivery);
        }

        return missing;
    }
}
