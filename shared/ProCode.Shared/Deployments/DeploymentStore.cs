using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Deployments;

/// <summary>Which deployments of an app a list asks for.</summary>
public sealed record DeploymentFilter(long AppId, string? Environment = null, OpsStatus? Status = null);

/// <summary>The deployments, rows of their app, newest first.</summary>
public sealed class DeploymentStore(AppPartition rows, Tables tables)
{
    // Most often the current deployment and the one before it are the two newest.
    private const int HistoryPage = 10;

    /// <summary>The deployment, or null.</summary>
    public Task<Stored<Deployment>?> FindAsync(DeployId id, CancellationToken cancellation) =>
        rows.FindAsync<Deployment>(id.AppId, KeyOf(id), cancellation);

    /// <summary>The deployment for a change that is committed on its version, or to see whether it is settled, which is for good (<see cref="AppPartition.RecallAsync"/>).</summary>
    public async Task<Stored<Deployment>> RecallAsync(DeployId id, CancellationToken cancellation) =>
        await rows.RecallAsync<Deployment>(id.AppId, KeyOf(id), cancellation) ?? throw Gone(id);

    /// <summary>The deployment that must be there.</summary>
    public async Task<Stored<Deployment>> GetAsync(DeployId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) ?? throw Gone(id);

    /// <summary>
    /// Records a report and gives the deployment as it stands then. Whoever writes a settling report first wins, by conditional write;
    /// later ones are kept beside it. Who has just read the row gives it as <paramref name="known"/>.
    /// </summary>
    public async Task<Deployment?> ReportAsync(
        DeployId id, Evidence evidence, string? url, CancellationToken cancellation, Stored<Deployment>? known = null)
    {
        while ((known ?? await FindAsync(id, cancellation)) is { } found)
        {
            var after = found.Value.After(evidence, url);
            if (after == found.Value) return after;
            if (await rows.CommitAsync(id.AppId, Update(after, found), cancellation) is not null) return after;
            known = null;
        }

        return null;
    }

    /// <summary>Records where the agent answers; a report that settled the deployment need not have said it.</summary>
    public async Task<Deployment> LocateAsync(DeployId id, string url, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await GetAsync(id, cancellation);
            if (found.Value.Url == url) return found.Value;
            var located = found.Value with { Url = url };
            if (await rows.CommitAsync(id.AppId, Update(located, found), cancellation) is not null) return located;
        }
    }

    /// <summary>Records that the target took the deployment, the first time counts, and what it said. Who has just read the row gives it as <paramref name="known"/>.</summary>
    public async Task<Deployment> AcceptAsync(DeployId id, Evidence evidence, string? url, CancellationToken cancellation, Stored<Deployment>? known = null)
    {
        for (; ; known = null)
        {
            var found = known ?? await GetAsync(id, cancellation);
            var after = found.Value.After(evidence, url);
            var accepted = after.AcceptedAt is null ? after with { AcceptedAt = evidence.At, UpdatedAt = evidence.At } : after;
            if (accepted == found.Value && known is null) return accepted;
            if (await rows.CommitAsync(id.AppId, Update(accepted, found), cancellation) is not null) return accepted;
        }
    }

    /// <summary>A page of an app's deployments, newest first.</summary>
    public async Task<Result<Page<Deployment>>> ListAsync(DeploymentFilter filter, int limit, string? continuation, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        return await table.ReadPageAsync(Query(filter), limit, continuation, row => AppPartition.Read<Deployment>(row).Value, cancellation);
    }

    /// <summary>
    /// The deployments of an environment that make up its newest past: pages of them, until <paramref name="search"/> has found what it looks for
    /// or there are no more. Most often one round trip.
    /// </summary>
    public async Task<RollbackSearch> SearchAsync(long appId, string environment, RollbackSearch search, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Apps, cancellation);
        var pages = table.QueryAsync<TableEntity>(Query(new DeploymentFilter(appId, environment)), HistoryPage, cancellationToken: cancellation).AsPages();
        await foreach (var page in pages)
        {
            if (search.Add(page.Values.Select(row => AppPartition.Read<Deployment>(row).Value))) break;
        }

        return search;
    }

    /// <summary>The row of a new deployment and the event that tells of it, for a transaction.</summary>
    public static IReadOnlyList<TableTransactionAction> Insert(Deployment deployment) =>
        [AppPartition.Insert(deployment.AppId, KeyOf(deployment), deployment, Columns(deployment)), .. StatusEvents.Of(null, deployment)];

    /// <summary>The row of a changed deployment and the event that tells of it, for a transaction; when we give it up, or the target takes what is given up, the call to
    /// the target is owed.</summary>
    public static IReadOnlyList<TableTransactionAction> Update(Deployment deployment, Stored<Deployment> before)
    {
        List<TableTransactionAction> changes =
            [AppPartition.Update(deployment.AppId, KeyOf(deployment), before.ETag, deployment, Columns(deployment)), .. StatusEvents.Of(before.Value, deployment)];
        if (deployment.IsGivenUp && (!before.Value.IsGivenUp || deployment.AcceptedAt != before.Value.AcceptedAt))
            changes.Add(AppPartition.Owe(deployment.AppId, Stop(IdOf(deployment))));
        return changes;
    }

    /// <summary>That the target is to be told to give the deployment up.</summary>
    public static OutboxEntry Stop(DeployId id) => new(OutboxKind.STOP_DEPLOYMENT, id.PipelineId, id.Run, id.ToString());

    private static InvalidOperationException Gone(DeployId id) => new($"Deployment {id} is gone.");

    private static DeployId IdOf(Deployment deployment) =>
        DeployId.Parse(deployment.Id) ?? throw new InvalidOperationException($"'{deployment.Id}' is no deployment's id.");

    private static string KeyOf(Deployment deployment) => KeyOf(IdOf(deployment));

    private static string KeyOf(DeployId id) => AppRows.Deployment(id.PipelineId, id.Run, id.Attempt);

    private static (string Name, object? Value)[] Columns(Deployment deployment) =>
        [("Environment", deployment.Environment), ("Status", deployment.Status.ToString())];

    private static string Query(DeploymentFilter filter)
    {
        var query = TableClient.CreateQueryFilter(
            $"PartitionKey eq {AppRows.Partition(filter.AppId)} and RowKey ge {AppRows.DeploymentPrefix} and RowKey lt {AppRows.DeploymentPrefix + "~"}");
        if (filter.Environment is { } environment) query += TableClient.CreateQueryFilter($" and Environment eq {environment}");
        if (filter.Status is { } status) query += TableClient.CreateQueryFilter($" and Status eq {status.ToString()}");
        return query;
    }
}
