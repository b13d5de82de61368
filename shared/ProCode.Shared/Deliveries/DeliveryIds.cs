using ProCode.Idempotency;
using ProCode.Storage;

namespace ProCode.Deliveries;

/// <summary>The ids of what a delivery makes, kept in its row: however often it is applied, it makes the same.</summary>
internal sealed class DeliveryIds(DeliveryStore deliveries, IdGenerator generator, long appId, string deliveryId) : IReservedIds
{
    // As for a keyed request: the id is in the row before anything is made under it; of two that run at once, the later finds the earlier's.
    public async Task<long> ReserveAsync(string aggregate, int index, CancellationToken cancellation)
    {
        var found = (await deliveries.FindAsync(appId, deliveryId, cancellation))?.Value;
        if (found is not null && Taken(found) <= index)
        {
            var fresh = await generator.NextAsync(aggregate, cancellation);
            found = await deliveries.ApplyAsync(appId, deliveryId, delivery => Taken(delivery) > index ? delivery : With(delivery, fresh), cancellation);
        }

        return found?.Ids[aggregate][index] ?? throw new InvalidOperationException($"Delivery {deliveryId} of app {appId} is gone while it is applied.");

        int Taken(Delivery delivery) => delivery.Ids.TryGetValue(aggregate, out var ids) ? ids.Count : 0;

        Delivery With(Delivery delivery, long id) => delivery with
        {
            Ids = new Dictionary<string, IReadOnlyList<long>>(delivery.Ids)
            {
                [aggregate] = [.. delivery.Ids.GetValueOrDefault(aggregate, []), id],
            },
        };
    }
}
