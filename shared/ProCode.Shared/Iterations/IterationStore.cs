using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Iterations;

/// <summary>The iterations, each a row of its app.</summary>
public sealed class IterationStore(AppPartition rows, Tables tables, Owners owners)
{
    /// <summary>The iteration, or null.</summary>
    public async Task<Stored<Iteration>?> FindAsync(long id, CancellationToken cancellation) =>
        await owners.FindAsync(OwnedKind.Iteration, id, cancellation) is { } appId ? await FindAsync(appId, id, cancellation) : null;

    /// <summary>The iteration of an app, or null.</summary>
    public Task<Stored<Iteration>?> FindAsync(long appId, long id, CancellationToken cancellation) =>
        rows.FindAsync<Iteration>(appId, AppRows.Iteration(id), cancellation);

    /// <summary>All iterations of an app, newest first.</summary>
    public async Task<IReadOnlyList<Stored<Iteration>>> ListOfAppAsync(long appId, CancellationToken cancellation) =>
        [.. (await rows.ReadPrefixAsync(appId, AppRows.IterationPrefix, cancellation)).Select(AppPartition.Read<Iteration>)];

    /// <summary>A page of an app's iterations, newest first; only those of the status when there is one.</summary>
    public async Task<Result<Page<Iteration>>> ListAsync(long appId, IterationStatus? status, int limit, string? continuation, CancellationToken cancellation)
    {
        var query = TableClient.CreateQueryFilter(
            $"PartitionKey eq {AppRows.Partition(appId)} and RowKey ge {AppRows.IterationPrefix} and RowKey lt {AppRows.IterationPrefix + "~"}");
        if (status is { } one) query += TableClient.CreateQueryFilter($" and Status eq {one.ToString()}");
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        return await table.ReadPageAsync(query, limit, continuation, row => AppPartition.Read<Iteration>(row).Value, cancellation);
    }

    /// <summary>The row of a changed iteration and the event that tells of it, for a transaction.</summary>
    public static IReadOnlyList<TableTransactionAction> Update(Iteration iteration, Stored<Iteration> before) =>
    [
        AppPartition.Update(iteration.AppId, AppRows.Iteration(iteration.Id), before.ETag, iteration, Columns(iteration)), .. StatusEvents.Of(before.Value, iteration),
    ];

    /// <summary>Makes the iteration. Making the same id again gives what was made.</summary>
    public async Task<Result<Iteration>> CreateAsync(Iteration iteration, CancellationToken cancellation)
    {
        await owners.SetAsync(OwnedKind.Iteration, iteration.Id, iteration.AppId, cancellation);
        var made = await rows.CommitAsync(
            iteration.AppId,
            [AppPartition.Insert(iteration.AppId, AppRows.Iteration(iteration.Id), iteration, Columns(iteration)), .. StatusEvents.Of(null, iteration)],
            cancellation);
        if (made is not null) return iteration;
        return (await FindAsync(iteration.AppId, iteration.Id, cancellation))?.Value
            ?? throw new InvalidOperationException($"Iteration {iteration.Id} was refused but is not there.");
    }

    private static (string Name, object? Value)[] Columns(Iteration iteration) => [("Status", iteration.Status.ToString())];
}
