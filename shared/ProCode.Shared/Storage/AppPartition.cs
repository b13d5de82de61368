using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Storage;

/// <summary>Reads and writes the partition of one app (<see cref="AppRows"/>). Rows hold a JSON document and, beside it, the columns that
/// lists filter by.</summary>
public sealed class AppPartition(Tables tables, Doorbells doorbells, TimeProvider time)
{
    private readonly RecentRows _recent = new(time);

    /// <summary>The column that holds a row's document.</summary>
    public const string Document = "Document";

    private ValueTask<TableClient> TableAsync(CancellationToken cancellation) => tables.GetAsync(TableNames.Apps, cancellation);

    /// <summary>One row, or null.</summary>
    public async Task<Stored<T>?> FindAsync<T>(long appId, string rowKey, CancellationToken cancellation)
        where T : class
    {
        var table = await TableAsync(cancellation);
        return await table.FindAsync(AppRows.Partition(appId), rowKey, cancellation) is { } row ? Read<T>(row) : null;
    }

    /// <summary>
    /// One row as this process has lately written or recalled it, or else as it is; null when there is none. Only for what is committed on the row's version, or what a later
    /// version can't take back: another process may have changed the row, and then the commit fails and forgets it. To change nothing is no such decision.
    /// </summary>
    public async Task<Stored<T>?> RecallAsync<T>(long appId, string rowKey, CancellationToken cancellation)
        where T : class
    {
        if (_recent.Find(AppRows.Partition(appId), rowKey) is { } recent) return Read<T>(recent);
        var table = await TableAsync(cancellation);
        if (await table.FindAsync(AppRows.Partition(appId), rowKey, cancellation) is not { } row) return null;
        _recent.Keep(row);
        return Read<T>(row);
    }

    /// <summary>All rows whose key starts with the prefix, in key order.</summary>
    public async Task<IReadOnlyList<TableEntity>> ReadPrefixAsync(long appId, string prefix, CancellationToken cancellation)
    {
        var rows = new List<TableEntity>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        await foreach (var row in (await TableAsync(cancellation)).QueryAsync<TableEntity>(filter, cancellationToken: cancellation)) rows.Add(row);
        return rows;
    }

    /// <summary>Says that a change with debts will follow soon. Committing does it too; done before, it can be done beside something else.</summary>
    public Task AnnounceAsync(long appId, CancellationToken cancellation) => doorbells.RingAsync(appId, cancellation);

    /// <summary>
    /// Writes the changes as one transaction. The answer has a version per change, in order; null means that another writer was first and
    /// nothing was written, or that our own write was answered too late and tried again: read again to tell. Debts among the changes are
    /// announced before, so that the sweep looks here if we die before paying them.
    /// </summary>
    public async Task<IReadOnlyList<ETag>?> CommitAsync(long appId, IReadOnlyList<TableTransactionAction> changes, CancellationToken cancellation)
    {
        if (changes.Any(change => change.Entity.RowKey.StartsWith(AppRows.OutboxPrefix, StringComparison.Ordinal)))
            await doorbells.RingAsync(appId, cancellation);

        // Whether it succeeds or how far it comes, none of these rows is as it was.
        foreach (var change in changes) _recent.Forget(change.Entity.PartitionKey, change.Entity.RowKey);
        try
        {
            var answer = await (await TableAsync(cancellation)).SubmitTransactionAsync(changes, cancellation);
            List<ETag> versions = [.. answer.Value.Select(part => part.Headers.ETag ?? default)];
            Keep(changes, versions);
            return versions;
        }
        catch (TableTransactionFailedException e) when (e.Status is 409 or 412 || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return null;
        }
    }

    private void Keep(IReadOnlyList<TableTransactionAction> changes, List<ETag> versions)
    {
        foreach (var (change, version) in changes.Zip(versions))
        {
            if (change is not { ActionType: TableTransactionActionType.Add or TableTransactionActionType.UpdateReplace, Entity: TableEntity row }) continue;
            row.ETag = version;
            if (version != default) _recent.Keep(row);
        }
    }

    /// <summary>Deletes a debt that was paid, unless it was incurred anew meanwhile.</summary>
    public async Task<bool> DeleteAsync(long appId, string rowKey, ETag etag, CancellationToken cancellation)
    {
        try
        {
            var answer = await (await TableAsync(cancellation)).DeleteEntityAsync(AppRows.Partition(appId), rowKey, etag, cancellation);
            return answer.Status != 404;
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return false;
        }
    }

    /// <summary>Deletes debts that were paid, except those incurred anew meanwhile: in one transaction, as long as there are none of these.</summary>
    public async Task DeleteAllAsync(long appId, IReadOnlyList<(string RowKey, ETag ETag)> debts, CancellationToken cancellation)
    {
        if (debts.Count > 1)
        {
            var deletions = debts.Select(debt => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(AppRows.Partition(appId), debt.RowKey), debt.ETag));
            if (await (await TableAsync(cancellation)).TrySubmitAsync(deletions, cancellation)) return;
        }

        foreach (var (rowKey, etag) in debts) await DeleteAsync(appId, rowKey, etag, cancellation);
    }

    /// <summary>A debt that the transaction pays; committing it fails when it is owed no more.</summary>
    public static TableTransactionAction Settle(long appId, OutboxEntry entry) =>
        new(TableTransactionActionType.Delete, new TableEntity(AppRows.Partition(appId), AppRows.Outbox(entry)), ETag.All);

    /// <summary>A new row; committing it fails when the key is taken.</summary>
    public static TableTransactionAction Insert(long appId, string rowKey, object document, params ReadOnlySpan<(string Name, object? Value)> columns) =>
        new(TableTransactionActionType.Add, Entity(appId, rowKey, document, columns));

    /// <summary>A changed row; committing it fails when it changed since it was read.</summary>
    public static TableTransactionAction Update(
        long appId, string rowKey, ETag etag, object document, params ReadOnlySpan<(string Name, object? Value)> columns) =>
        new(TableTransactionActionType.UpdateReplace, Entity(appId, rowKey, document, columns), etag);

    /// <summary>A row, new or replaced, whose only writer is whoever commits the rest of the transaction.</summary>
    public static TableTransactionAction Put(long appId, string rowKey, object document) =>
        new(TableTransactionActionType.UpsertReplace, Entity(appId, rowKey, document, []));

    /// <summary>A row that goes; committing it fails when it changed since it was read or is gone.</summary>
    public static TableTransactionAction Delete(long appId, string rowKey, ETag etag) =>
        new(TableTransactionActionType.Delete, new TableEntity(AppRows.Partition(appId), rowKey), etag);

    /// <summary>A debt, new or renewed.</summary>
    public static TableTransactionAction Owe(long appId, OutboxEntry entry) =>
        new(TableTransactionActionType.UpsertReplace, Entity(appId, AppRows.Outbox(entry), entry, []));

    /// <summary>The document of a row.</summary>
    public static Stored<T> Read<T>(TableEntity row)
        where T : class =>
        new(TableEntityJson.Get<T>(row, Document) ?? throw new InvalidOperationException($"Row {row.RowKey} has no document."), row.ETag);

    private static TableEntity Entity(long appId, string rowKey, object document, ReadOnlySpan<(string Name, object? Value)> columns)
    {
        var entity = new TableEntity(AppRows.Partition(appId), rowKey);
        TableEntityJson.Set(entity, Document, document);
        foreach (var (name, value) in columns)
        {
            if (value is not null) entity[name] = value;
        }

        return entity;
    }
}
