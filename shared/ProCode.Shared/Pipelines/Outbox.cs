using Azure;
using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Pays the debts that changes left in their app's partition (<see cref="OutboxEntry"/>). Whoever incurs one pays it right away;
/// what a death left unpaid, the sweep pays.</summary>
public sealed class Outbox(AppPartition rows, AppStore apps, PipelineStore pipelines)
{
    /// <summary>Brings the lines of pipelines in their project's list up to date, with the states that were just written; their debts are among the
    /// changes of that transaction, whose versions are given.</summary>
    public async Task PayListsAsync(
        IReadOnlyList<TableTransactionAction> changes, IReadOnlyList<ETag> versions, IReadOnlyList<Pipeline> written, CancellationToken cancellation)
    {
        await Task.WhenAll(written.Select(pipeline => pipelines.ListAsync(pipeline, cancellation)));

        // A debt that was incurred anew meanwhile stays, for whoever incurred it.
        var keys = written.Select(pipeline => AppRows.Outbox(new OutboxEntry(OutboxKind.LIST_PIPELINE, pipeline.Id))).ToHashSet();
        var paid = changes.Zip(versions, (change, version) => (change.Entity.RowKey, version)).Where(debt => keys.Contains(debt.RowKey)).ToList();
        await rows.DeleteAllAsync(written[0].AppId, paid, cancellation);
    }

    /// <summary>Brings the line of a pipeline's parent up to date, when the pipeline moves that.</summary>
    public Task PayParentAsync(Pipeline pipeline, CancellationToken cancellation) =>
        pipeline.Trigger == PipelineTrigger.ROLLBACK
            ? Task.CompletedTask
            : PayAsync(pipeline.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipeline.ParentId!.Value), cancellation);

    /// <summary>Pays a list entry from the rows as they are now.</summary>
    public async Task PayAsync(long appId, OutboxEntry entry, CancellationToken cancellation)
    {
        var key = AppRows.Outbox(entry);
        var owed = await rows.FindAsync<OutboxEntry>(appId, key, cancellation);
        switch (entry.Kind)
        {
            case OutboxKind.LIST_PIPELINE:
                await pipelines.ListAsync((await pipelines.GetAsync(appId, entry.Id, cancellation)).Value, cancellation);
                break;
            case OutboxKind.LIST_APP:
                if (await apps.FindAsync(entry.Id, cancellation) is { } app) await apps.ListAsync(app.Value, cancellation);
                break;
            case OutboxKind.START_RUN or OutboxKind.WAKE_RUN or OutboxKind.WAKE_ITERATION or OutboxKind.STOP_DEPLOYMENT or OutboxKind.START_SETUP or OutboxKind.APPLY_DELIVERY:
                throw new ArgumentException("What is owed to an orchestration or a target is not paid here.", nameof(entry));
            default:
                throw new ArgumentOutOfRangeException(nameof(entry));
        }

        if (owed is not null) await rows.DeleteAsync(appId, key, owed.ETag, cancellation);
    }

    /// <summary>Whether this is owed.</summary>
    public async Task<bool> OwesAsync(long appId, OutboxEntry entry, CancellationToken cancellation) =>
        await rows.FindAsync<OutboxEntry>(appId, AppRows.Outbox(entry), cancellation) is not null;

    /// <summary>Drops a debt that has become none.</summary>
    public Task ForgetAsync(long appId, OutboxEntry entry, CancellationToken cancellation) =>
        rows.DeleteAsync(appId, AppRows.Outbox(entry), ETag.All, cancellation);

    /// <summary>The debts of an app, with the moment since when.</summary>
    public async Task<IReadOnlyList<OwedEntry>> OwedAsync(long appId, CancellationToken cancellation)
    {
        var found = await rows.ReadPrefixAsync(appId, AppRows.OutboxPrefix, cancellation);
        return [.. found.Select(row => new OwedEntry(AppPartition.Read<OutboxEntry>(row).Value, row.Timestamp))];
    }
}

/// <summary>A debt and since when it is owed.</summary>
public sealed record OwedEntry(OutboxEntry Entry, DateTimeOffset? Since);
