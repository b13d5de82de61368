using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;
using ETag = Azure.ETag;

namespace ProCode.Subscriptions;

/// <summary>Which deliveries of a subscription: those of events from <paramref name="From"/> on and before <paramref name="To"/>.</summary>
public sealed record EventDeliveryFilter(
    long AppId, long SubscriptionId, EventDeliveryStatus? Status = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>The deliveries of events, rows of their app, by subscription and newest first.</summary>
public sealed class EventDeliveryStore(AppPartition rows, Tables tables, TimeProvider time)
{
    /// <summary>How long deliveries are kept once they are delivered.</summary>
    public static readonly TimeSpan DeliveredKept = TimeSpan.FromDays(30);

    /// <summary>How long dead letters are kept: longer, for somebody may still want them.</summary>
    public static readonly TimeSpan DeadKept = TimeSpan.FromDays(90);

    private static readonly TimeSpan LostAfter = TimeSpan.FromHours(1);

    /// <summary>The delivery, or null.</summary>
    public Task<Stored<EventDelivery>?> FindAsync(long appId, long subscriptionId, string id, CancellationToken cancellation) =>
        rows.FindAsync<EventDelivery>(appId, AppRows.EventDelivery(subscriptionId, id), cancellation);

    /// <summary>A page of a subscription's deliveries, newest first.</summary>
    public async Task<Result<Page<EventDelivery>>> ListAsync(EventDeliveryFilter filter, int limit, string? continuation, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        return await table.ReadPageAsync(Query(filter), limit, continuation, row => AppPartition.Read<EventDelivery>(row).Value, cancellation);
    }

    /// <summary>The deliveries, newest first, at most so many.</summary>
    public async Task<IReadOnlyList<Stored<EventDelivery>>> ReadAsync(EventDeliveryFilter filter, int limit, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        var found = new List<Stored<EventDelivery>>();
        await foreach (var row in table.QueryAsync<TableEntity>(Query(filter), limit, cancellationToken: cancellation))
        {
            found.Add(AppPartition.Read<EventDelivery>(row));
            if (found.Count == limit) break;
        }

        return found;
    }

    /// <summary>Owes the start of deliveries anew whose next attempt is long overdue: the engine has lost them, or broken them off. One that is only slow is not started twice.</summary>
    public async Task OweLostAsync(CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        var filter = TableClient.CreateQueryFilter(
            $"RowKey ge {AppRows.EventDeliveryPrefix} and RowKey lt {AppRows.EventDeliveryPrefix + "~"} and Status eq {nameof(EventDeliveryStatus.PENDING)} and NextAttemptAt lt {time.GetUtcNow() - LostAfter}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            var lost = AppPartition.Read<EventDelivery>(row).Value;
            await rows.CommitAsync(lost.AppId, [AppPartition.Owe(lost.AppId, Debt(lost))], cancellation);
        }
    }

    /// <summary>Removes the deliveries whose time is over.</summary>
    public async Task RemoveOldAsync(CancellationToken cancellation)
    {
        await RemoveAsync(EventDeliveryStatus.DELIVERED, DeliveredKept, cancellation);
        await RemoveAsync(EventDeliveryStatus.DEAD, DeadKept, cancellation);
    }

    private async Task RemoveAsync(EventDeliveryStatus status, TimeSpan kept, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        var filter = TableClient.CreateQueryFilter(
            $"RowKey ge {AppRows.EventDeliveryPrefix} and RowKey lt {AppRows.EventDeliveryPrefix + "~"} and Status eq {status.ToString()} and SettledAt lt {time.GetUtcNow() - kept}");

        // One that was replayed meanwhile has another version.
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellation))
            await table.TryDeleteAsync(row, cancellation);
    }

    /// <summary>The rows of a new delivery, for a transaction: itself and the debt to start it.</summary>
    public static IReadOnlyList<TableTransactionAction> Insert(EventDelivery delivery) =>
        [AppPartition.Insert(delivery.AppId, KeyOf(delivery), delivery, Columns(delivery)), AppPartition.Owe(delivery.AppId, Debt(delivery))];

    /// <summary>The row of a changed delivery, for a transaction.</summary>
    public static TableTransactionAction Update(EventDelivery delivery, ETag etag) =>
        AppPartition.Update(delivery.AppId, KeyOf(delivery), etag, delivery, Columns(delivery));

    /// <summary>What a delivery that was begun owes.</summary>
    public static OutboxEntry Debt(EventDelivery delivery) => Debt(delivery.SubscriptionId, delivery.Id, delivery.Round);

    /// <summary>What a round of a delivery owes.</summary>
    public static OutboxEntry Debt(long subscriptionId, string id, int round) => new(OutboxKind.START_EVENT_DELIVERY, subscriptionId, round, id);

    private static string KeyOf(EventDelivery delivery) => AppRows.EventDelivery(delivery.SubscriptionId, delivery.Id);

    private static (string Name, object? Value)[] Columns(EventDelivery delivery) =>
        [("Status", delivery.Status.ToString()), ("SettledAt", delivery.SettledAt), ("NextAttemptAt", delivery.IsSettled ? null : delivery.NextAttemptAt)];

    // Inverted: what is later comes first.
    private static string Query(EventDeliveryFilter filter)
    {
        var all = AppRows.EventDelivery(filter.SubscriptionId, "");
        var from = filter.To is { } before ? AppRows.EventDelivery(filter.SubscriptionId, InvertedId.Of(before.UtcTicks - 1)) : all;
        var to = filter.From is { } since ? AppRows.EventDelivery(filter.SubscriptionId, InvertedId.Of(since.UtcTicks)) + "~" : all + "~";
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {AppRows.Partition(filter.AppId)} and RowKey ge {from} and RowKey lt {to}");
        if (filter.Status is { } status) query += TableClient.CreateQueryFilter($" and Status eq {status.ToString()}");
        return query;
    }
}
