using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>What a replay began; when there is more in the range than is replayed at once, the rest of the range ends before <paramref name="RestEnds"/>.</summary>
public sealed record EventReplay(IReadOnlyList<EventDelivery> Begun, DateTimeOffset? RestEnds);

/// <summary>Begins deliveries once more: the same events under the same ids, on the schedule of new ones.</summary>
public sealed class ReplayEvents(AppPartition rows, EventDeliveryStore deliveries, SubscriptionStore subscriptions, TimeProvider time)
{
    /// <summary>The most deliveries that are replayed at once.</summary>
    public const int MaxDeliveries = 200;

    // A transaction has at most 100 changes, and a delivery makes two.
    private const int PerTransaction = 45;

    /// <summary>Replays one delivery. Doing it again under the same <paramref name="replayId"/> gives what was begun.</summary>
    public async Task<Result<EventDelivery>> RunAsync(long appId, long subscriptionId, string deliveryId, long replayId, CancellationToken cancellation)
    {
        if (await RefusalAsync(appId, subscriptionId, cancellation) is { } refusal) return refusal;
        while (EventDelivery.IsId(deliveryId) && await deliveries.FindAsync(appId, subscriptionId, deliveryId, cancellation) is { } found)
        {
            if (found.Value.ReplayId == replayId) return found.Value;
            if (await ReplayAsync(appId, [found], replayId, cancellation) is { } begun) return begun[0];
        }

        return SubscriptionErrors.DeliveryNotFound.With($"Subscription {subscriptionId} has no delivery with this id.");
    }

    /// <summary>Replays what the filter finds, the newest first, at most <see cref="MaxDeliveries"/>.</summary>
    public async Task<Result<EventReplay>> RunAsync(EventDeliveryFilter filter, long replayId, CancellationToken cancellation)
    {
        if (await RefusalAsync(filter.AppId, filter.SubscriptionId, cancellation) is { } refusal) return refusal;
        var begun = new List<EventDelivery>();
        var found = await deliveries.ReadAsync(filter, MaxDeliveries + 1, cancellation);
        foreach (var part in found.Take(MaxDeliveries).Where(delivery => delivery.Value.ReplayId != replayId).Chunk(PerTransaction))
        {
            if (await ReplayAsync(filter.AppId, part, replayId, cancellation) is { } together)
            {
                begun.AddRange(together);
                continue;
            }

            // One of them changed meanwhile, perhaps by a replay of the same range; what has another status by now is left alone.
            foreach (var single in part)
            {
                if (await ReplayAsync(filter.AppId, [single], replayId, cancellation) is { } alone) begun.AddRange(alone);
            }
        }

        // Events of the same moment may be on both sides.
        return new EventReplay(begun, found.Count > MaxDeliveries ? found[MaxDeliveries - 1].Value.CreatedAt.AddTicks(1) : null);
    }

    private async Task<IReadOnlyList<EventDelivery>?> ReplayAsync(
        long appId, IReadOnlyList<Stored<EventDelivery>> found, long replayId, CancellationToken cancellation)
    {
        var begun = found.Select(delivery => delivery.Value.Replayed(replayId, time.GetUtcNow())).ToList();
        var changes = begun.Zip(found, (delivery, before) => EventDeliveryStore.Update(delivery, before.ETag))
            .Concat(begun.Select(delivery => AppPartition.Owe(appId, EventDeliveryStore.Debt(delivery))));
        return await rows.CommitAsync(appId, [.. changes], cancellation) is null ? null : begun;
    }

    private async Task<Error?> RefusalAsync(long appId, long subscriptionId, CancellationToken cancellation) =>
        !(await subscriptions.GetAsync(appId, subscriptionId, cancellation)).TryGet(out var found, out var error) ? error
        : found.Value.Enabled ? null
        : SubscriptionErrors.Disabled.With($"Subscription {subscriptionId} is disabled; enable it first.");
}
