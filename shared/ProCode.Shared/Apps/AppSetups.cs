using Azure;
using Azure.Data.Tables;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>The set-ups of apps, each a row of its app.</summary>
public sealed class AppSetups(AppPartition rows, TimeProvider time)
{
    /// <summary>The debt by which a set-up is started.</summary>
    public static OutboxEntry Debt(long appId) => new(OutboxKind.START_SETUP, appId);

    /// <summary>
    /// Writes a repository that was changed, together with a new run of the set-up and the debt to start it, and whatever else changes with
    /// it. What a run under way has not come to yet becomes part of the new one. Null when the repository was changed by someone else meanwhile.
    /// </summary>
    public async Task<AppSetup?> BeginAsync(
        Repo repo, ETag version, bool scaffold, IReadOnlyList<TableTransactionAction> further, CancellationToken cancellation)
    {
        var before = await rows.FindAsync<AppSetup>(repo.AppId, AppRows.Setup, cancellation);
        var left = before?.Value.Steps.Any(step => step is { Kind: SetupStepKind.SCAFFOLD, Status: SetupStepStatus.PENDING }) is true;
        var setup = AppSetup.Plan((before?.Value.Run ?? 0) + 1, repo, scaffold || left, time.GetUtcNow());
        List<TableTransactionAction> changes =
        [
            AppPartition.Update(repo.AppId, AppRows.Repo, version, repo),
            before is null ? AppPartition.Insert(repo.AppId, AppRows.Setup, setup) : AppPartition.Update(repo.AppId, AppRows.Setup, before.ETag, setup),
            .. further,
        ];
        if (setup.Status == SetupStatus.RUNNING) changes.Add(AppPartition.Owe(repo.AppId, Debt(repo.AppId)));
        return await rows.CommitAsync(repo.AppId, changes, cancellation) is null ? null : setup;
    }

    /// <summary>The changes by which an app that is archived gives up its webhook; nothing else is set up for it any more.</summary>
    public async Task<IReadOnlyList<TableTransactionAction>> EndAsync(Stored<Repo> found, CancellationToken cancellation)
    {
        var (repo, now) = (found.Value, time.GetUtcNow());
        if (repo.Webhook is { } webhook)
        {
            repo = repo with
            {
                Webhook = webhook with { State = WebhookState.ABSENT, HostId = null },
                FormerWebhooks = [.. repo.FormerWebhooks, .. repo.LeftBehind],
                UpdatedAt = now,
            };
        }

        List<TableTransactionAction> changes = [AppPartition.Update(repo.AppId, AppRows.Repo, found.ETag, repo)];
        if (await rows.FindAsync<AppSetup>(repo.AppId, AppRows.Setup, cancellation) is not { } before) return changes;
        var setup = AppSetup.PlanEnd(before.Value.Run + 1, repo, now);
        changes.Add(AppPartition.Update(repo.AppId, AppRows.Setup, before.ETag, setup));
        if (setup.Status == SetupStatus.RUNNING) changes.Add(AppPartition.Owe(repo.AppId, Debt(repo.AppId)));
        return changes;
    }

    /// <summary>Writes what came of an attempt, if there was one, and says what comes next.</summary>
    public async Task<NextSetup> AdvanceAsync(long appId, SetupOutcome? outcome, CancellationToken cancellation)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            if (await rows.FindAsync<AppSetup>(appId, AppRows.Setup, cancellation) is not { } found) return SetupProgress.Decide(null, now);
            var setup = outcome is null ? found.Value : SetupProgress.Apply(found.Value, outcome, now);
            if (setup == found.Value || await rows.CommitAsync(appId, [AppPartition.Update(appId, AppRows.Setup, found.ETag, setup)], cancellation) is not null)
                return SetupProgress.Decide(setup, now);
        }
    }
}
