using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Idempotency;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Repos;

/// <summary>Connects a repository to a pro-code app that has none. An app has one at most.</summary>
public sealed class ConnectRepo(
    AppStore apps, RepoStore repos, AppPartition rows, Owners owners, NewRepo newRepo, CredentialReferences references, IRequestIds requestIds,
    TimeProvider time)
{
    /// <summary>The repository, whose set-up is owed.</summary>
    public async Task<Result<Repo>> RunAsync(long appId, RepoOrder order, CancellationToken cancellation)
    {
        if (await apps.FindAsync(appId, cancellation) is not { } app) return AppErrors.NotFound(appId);
        if ((AppErrors.RefusalOf(app.Value, DevMode.ProCode) ?? AppErrors.RefusalOf(app.Value)) is { } refusal) return refusal;

        var id = await requestIds.NextAsync("repos", cancellation);
        if (await repos.FindOfAppAsync(appId, cancellation) is { } there) return Existing(there.Value, id);
        if (!(await newRepo.CheckAsync(order, cancellation)).TryGet(out var type, out var error)) return error;

        var repo = await newRepo.MakeAsync(id, appId, order, type, cancellation);
        var setup = AppSetup.Plan(1, repo, scaffold: false, time.GetUtcNow());
        await owners.SetAsync(OwnedKind.Repo, id, appId, cancellation);
        CredentialHold? hold = null;
        if (repo.CredentialId is { } credential && (hold = await references.HoldAsync(app.Value.ProjectId, credential, appId, cancellation)) is null)
            return GitRemotes.NoSuchCredential(credential);
        var connected = await WriteAsync(app, repo, setup, cancellation);
        if (hold is not null) await references.SettleAsync(hold, cancellation);
        return connected;
    }

    private async Task<Result<Repo>> WriteAsync(Stored<App> app, Repo repo, AppSetup setup, CancellationToken cancellation)
    {
        var appId = repo.AppId;
        while (true)
        {
            List<TableTransactionAction> changes =
                [AppPartition.Insert(appId, AppRows.Repo, repo), AppPartition.Insert(appId, AppRows.Setup, setup), AppStore.StaysOpen(app)];
            if (setup.Status == SetupStatus.RUNNING) changes.Add(AppPartition.Owe(appId, AppSetups.Debt(appId)));
            if (await rows.CommitAsync(appId, changes, cancellation) is not null) return repo;
            if (await repos.FindOfAppAsync(appId, cancellation) is { } there) return Existing(there.Value, repo.Id);

            // Something else changed the app, which is none of our business, or it was archived.
            app = (await apps.FindAsync(appId, cancellation))!;
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
        }
    }

    // A request that is repeated under its Idempotency-Key comes with the same id.
    private static Result<Repo> Existing(Repo repo, long id) => repo.Id == id
        ? repo
        : AppErrors.RepoExists.With($"App {repo.AppId} has a repository already; PUT /api/v1/apps/{repo.AppId}/procode-config changes it.", "appId", "has a repository");
}
