using Azure;
using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>The deployments, rows of their app.</summary>
public sealed class DeploymentStore(AppPartition rows)
{
    /// <summary>The deployment, or null.</summary>
    public Task<Stored<Deployment>?> FindAsync(DeployId id, CancellationToken cancellation) =>
        rows.FindAsync<Deployment>(id.AppId, AppRows.Deployment(id.ToString()), cancellation);

    /// <summary>The deployment that must be there.</summary>
    public async Task<Stored<Deployment>> GetAsync(DeployId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) ?? throw new InvalidOperationException($"Deployment {id} is gone.");

    /// <summary>
    /// Records a report and gives the deployment as it stands then. Whoever writes a settling report first wins, by conditional write;
    /// later ones are kept beside it.
    /// </summary>
    public async Task<Deployment?> ReportAsync(DeployId id, Evidence evidence, string? url, CancellationToken cancellation)
    {
        while (await FindAsync(id, cancellation) is { } found)
        {
            var after = found.Value.After(evidence, url);
            if (after == found.Value) return after;
            if (await rows.CommitAsync(id.AppId, [Update(after, found.ETag)], cancellation) is not null) return after;
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
            if (await rows.CommitAsync(id.AppId, [Update(located, found.ETag)], cancellation) is not null) return located;
        }
    }

    /// <summary>Records when the target took the deployment; the first time counts.</summary>
    public async Task<Deployment> AcceptAsync(DeployId id, DateTimeOffset at, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await GetAsync(id, cancellation);
            if (found.Value.AcceptedAt is not null) return found.Value;
            var accepted = found.Value with { AcceptedAt = at, UpdatedAt = at };
            if (await rows.CommitAsync(id.AppId, [Update(accepted, found.ETag)], cancellation) is not null) return accepted;
        }
    }

    /// <summary>The row of a new deployment, for a transaction.</summary>
    public static TableTransactionAction Insert(Deployment deployment) =>
        AppPartition.Insert(deployment.AppId, AppRows.Deployment(deployment.Id), deployment);

    /// <summary>The row of a changed deployment, for a transaction.</summary>
    public static TableTransactionAction Update(Deployment deployment, ETag etag) =>
        AppPartition.Update(deployment.AppId, AppRows.Deployment(deployment.Id), etag, deployment);
}
