using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;
using ETag = Azure.ETag;

namespace ProCode.Deliveries;

/// <summary>
/// The deliveries, each a row of its app under a key that puts the newest first, and a second row by its id, which leads to the first and
/// takes care that there is only one.
/// </summary>
public sealed class DeliveryStore(AppPartition rows, Tables tables, TimeProvider time)
{
    /// <summary>How long deliveries are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private sealed record Place(string RowKey);

    private sealed record TagClaim(string DeliveryId);

    /// <summary>The delivery, or null.</summary>
    public async Task<Stored<Delivery>?> FindAsync(long appId, string id, CancellationToken cancellation) =>
        await rows.FindAsync<Place>(appId, AppRows.DeliveryId(id), cancellation) is { } place
            ? await rows.FindAsync<Delivery>(appId, place.Value.RowKey, cancellation)
            : null;

    /// <summary>Writes a delivery with the debt to apply it. One that was there already is given back as it is now; if it has failed,
    /// it is begun once more.</summary>
    public async Task<Delivery> AddAsync(Delivery delivery, CancellationToken cancellation)
    {
        var appId = delivery.AppId;
        List<TableTransactionAction> changes =
        [
            AppPartition.Insert(appId, KeyOf(delivery), delivery, Columns(delivery)),
            AppPartition.Insert(appId, AppRows.DeliveryId(delivery.Id), new Place(KeyOf(delivery))),
        ];
        if (!delivery.IsSettled) changes.Add(AppPartition.Owe(appId, Debt(delivery)));
        while (true)
        {
            if (await rows.CommitAsync(appId, changes, cancellation) is not null) return delivery;

            // It was there before, or this was our own write, answered too late and tried again.
            if (await FindAsync(appId, delivery.Id, cancellation) is not { } found) continue; // Removed this very moment: it is old enough to be new.
            if (found.Value.Status != DeliveryStatus.FAILED) return found.Value;
            var again = found.Value.Again();
            if (await rows.CommitAsync(appId, [Update(again, found.ETag), AppPartition.Owe(appId, Debt(again))], cancellation) is not null) return again;
        }
    }

    /// <summary>Applies the change to the row as it is; a change that gives back the same delivery writes nothing. Null when it is gone.</summary>
    public async Task<Delivery?> ApplyAsync(long appId, string id, Func<Delivery, Delivery> change, CancellationToken cancellation)
    {
        while (await FindAsync(appId, id, cancellation) is { } found)
        {
            var changed = change(found.Value);
            if (changed == found.Value || await rows.CommitAsync(appId, [Update(changed, found.ETag)], cancellation) is not null) return changed;
        }

        return null;
    }

    /// <summary>Claims a tag for the release that a delivery starts. The answer is null, or the other delivery that has it: two deliveries that tell of
    /// the same tag make one release. A claim whose delivery led to nothing is free.</summary>
    public async Task<string?> ClaimTagAsync(Delivery delivery, string tag, CancellationToken cancellation)
    {
        var (appId, key, mine) = (delivery.AppId, AppRows.DeliveryTag(tag), new TagClaim(delivery.Id));
        while (true)
        {
            var claim = await rows.FindAsync<TagClaim>(appId, key, cancellation);
            if (claim?.Value.DeliveryId == delivery.Id) return null;
            if (claim is not null)
            {
                var holder = await FindAsync(appId, claim.Value.DeliveryId, cancellation);
                if (holder?.Value.Status is DeliveryStatus.RECEIVED or DeliveryStatus.APPLIED) return claim.Value.DeliveryId;
            }

            var write = claim is null ? AppPartition.Insert(appId, key, mine) : AppPartition.Update(appId, key, claim.ETag, mine);
            if (await rows.CommitAsync(appId, [write], cancellation) is not null) return null;
        }
    }

    /// <summary>A page of an app's deliveries, newest first.</summary>
    public async Task<Result<Page<Delivery>>> ListAsync(
        long appId, DeliveryStatus? status, int limit, string? continuation, CancellationToken cancellation)
    {
        var query = TableClient.CreateQueryFilter(
            $"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {AppRows.DeliveriesFrom} and RowKey lt {AppRows.DeliveriesTo}");
        if (status is { } wanted) query += TableClient.CreateQueryFilter($" and Status eq {wanted.ToString()}");
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        return await table.ReadPageAsync(query, limit, continuation, row => AppPartition.Read<Delivery>(row).Value, cancellation);
    }

    /// <summary>Removes the deliveries whose time is over, with the rows that lead to them.</summary>
    public async Task RemoveOldAsync(CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        var oldest = AppRows.DeliveriesBefore(time.GetUtcNow() - Kept);
        var filter = TableClient.CreateQueryFilter($"RowKey ge {oldest} and RowKey lt {AppRows.DeliveriesTo}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            var delivery = AppPartition.Read<Delivery>(row).Value;
            List<TableTransactionAction> changes = [Delete(row.RowKey, row.ETag), Delete(AppRows.DeliveryId(delivery.Id), ETag.All)];
            if (delivery.Event == HookEventKind.TAG_PUSH)
            {
                var key = AppRows.DeliveryTag(delivery.RefName);
                if (await rows.FindAsync<TagClaim>(delivery.AppId, key, cancellation) is { } claim && claim.Value.DeliveryId == delivery.Id)
                    changes.Add(Delete(key, claim.ETag));
            }

            // What changed meanwhile is found again by the next pass.
            await table.TrySubmitAsync(changes, cancellation);

            TableTransactionAction Delete(string key, ETag etag) =>
                new(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, key), etag);
        }
    }

    /// <summary>The row of a changed delivery, for a transaction.</summary>
    public static TableTransactionAction Update(Delivery delivery, ETag etag) =>
        AppPartition.Update(delivery.AppId, KeyOf(delivery), etag, delivery, Columns(delivery));

    /// <summary>What a delivery that isn't settled owes.</summary>
    public static OutboxEntry Debt(Delivery delivery) => Debt(delivery.RepoId, delivery.Id, delivery.Attempt);

    /// <summary>What an attempt at a delivery owes.</summary>
    public static OutboxEntry Debt(long repoId, string id, int attempt) => new(OutboxKind.APPLY_DELIVERY, repoId, attempt, id);

    private static string KeyOf(Delivery delivery) => AppRows.Delivery(delivery.ReceivedAt, delivery.Id);

    private static (string Name, object? Value)[] Columns(Delivery delivery) => [("Status", delivery.Status.ToString())];
}
