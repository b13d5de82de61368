using Azure.Data.Tables;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>Archives an app: from then on it is out of lists, its name is free, and it can only be read. Its webhook is
/// removed at the git host; what it has deployed runs on.</summary>
public sealed class AppArchiving(AppPartition rows, AppStore apps, AppSetups setups, RepoStore repos, PipelineStore pipelines, TimeProvider time)
{
    /// <summary>The archived app; archiving it again changes nothing. Refused with <see cref="AppErrors.PipelinesRunning"/> while a pipeline of it runs.</summary>
    public async Task<Result<App>> RunAsync(long appId, CancellationToken cancellation)
    {
        while (true)
        {
            if (await apps.FindAsync(appId, cancellation) is not { } found) return AppErrors.NotFound(appId);
            if (found.Value.ArchivedAt is not null) return found.Value;

            // Looked for after the app was read: whatever is begun from here on changes the app's row, and the write below fails.
            if (await pipelines.FindRunningAsync(appId, cancellation) is { } running)
                return AppErrors.PipelinesRunning.With($"Pipeline {running.Id} of the app is {running.Status}; wait for its end or cancel it first.");

            var now = time.GetUtcNow();
            var archived = found.Value with { ArchivedAt = now, UpdatedAt = now };
            var debt = new OutboxEntry(OutboxKind.LIST_APP, appId);
            List<TableTransactionAction> changes = [AppStore.Update(archived, found), AppPartition.Owe(appId, debt)];
            if (await repos.FindOfAppAsync(appId, cancellation) is { } repo) changes.AddRange(await setups.EndAsync(repo, cancellation));
            if (await rows.CommitAsync(appId, changes, cancellation) is not { } versions) continue;

            await apps.ListAsync(archived, cancellation);
            await rows.DeleteAsync(appId, AppRows.Outbox(debt), versions[1], cancellation);
            return archived;
        }
    }
}
