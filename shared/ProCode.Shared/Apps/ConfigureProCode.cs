using System.Globalization;
using Azure.Data.Tables;
using ProCode.Credentials;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Scaffolds;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>A pro-code app's configuration as it is now.</summary>
public sealed record ProCodeConfig(App App, Repo Repo, AppSetup? Setup);

/// <summary>
/// Changes the repository or the credential of a pro-code app (seed 001, section 3.2): the app keeps one repository record, our webhook at the
/// repository before is removed, and a new one is made at the new. Refused while pipelines run, because their later stages read the repository.
/// </summary>
public sealed class ConfigureProCode(
    AppStore apps, RepoStore repos, AppSetups setups, PipelineStore pipelines, ScaffoldCatalog scaffolds, NewRepo newRepo,
    CredentialReferences references, Outbox outbox, TimeProvider time)
{
    /// <summary>The configuration, whose set-up is owed; or why not, and then nothing has changed. The same configuration again changes nothing
    /// unless its set-up failed; that is then tried again.</summary>
    public async Task<Result<ProCodeConfig>> RunAsync(long appId, RepoOrder order, string? scaffold, CancellationToken cancellation)
    {
        GitType? probed = null;
        while (true)
        {
            if (await apps.FindAsync(appId, cancellation) is not { } app) return AppErrors.NotFound(appId);
            if ((AppErrors.RefusalOf(app.Value, DevMode.ProCode) ?? AppErrors.RefusalOf(app.Value)) is { } refusal) return refusal;
            if (scaffold is not null && !scaffolds.Find(scaffold, app.Value.TechStack!.Value).TryGet(out _, out var error)) return error;
            if (await repos.FindOfAppAsync(appId, cancellation) is not { } found)
                return GeneralErrors.NotFound.With($"App {appId} has no repository; connect one with POST /api/v1/repos.");

            var (before, setup) = (found.Value, await apps.FindSetupAsync(appId, cancellation));
            var asked = order with { GitType = order.GitType ?? TypeOnTheSameServer(before, order.Url) };
            var same = before.Url == asked.Url && before.CredentialId == asked.CredentialId && before.GitType == asked.GitType;
            if (same && scaffold == app.Value.ScaffoldTemplate && setup?.Status != SetupStatus.FAILED) return new ProCodeConfig(app.Value, before, setup);

            if (probed is null)
            {
                if (!(await newRepo.CheckAsync(asked, cancellation)).TryGet(out var type, out error)) return error;
                probed = type;
            }

            if (await pipelines.FindRunningAsync(appId, cancellation) is { } running) return Refusal(running);

            var now = time.GetUtcNow();
            var changed = await ChangedAsync(before, asked, probed.Value, now, cancellation);
            var renamed = app.Value with { ScaffoldTemplate = scaffold, UpdatedAt = now };
            var line = new OutboxEntry(OutboxKind.LIST_APP, appId);
            TableTransactionAction[] further = [AppStore.Update(renamed, app), AppPartition.Owe(appId, line)];
            CredentialHold? hold = null;
            if (changed.CredentialId is { } credential && (hold = await references.HoldAsync(app.Value.ProjectId, credential, appId, cancellation)) is null)
                return GitRemotes.NoSuchCredential(credential);
            var begun = await setups.BeginAsync(changed, found.ETag, scaffold is not null, further, cancellation);
            if (hold is not null) await references.SettleAsync(hold, cancellation);
            if (begun is null) continue;
            await outbox.PayAsync(appId, line, cancellation);
            return new ProCodeConfig(renamed, changed, begun);
        }
    }

    // A self-hosted server's name tells nothing, but what it was before it still is.
    private static GitType? TypeOnTheSameServer(Repo before, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var now) && now.Authority == new Uri(before.Url).Authority ? before.GitType : null;

    private static Error Refusal(Pipeline running) => AppErrors.PipelinesRunning.With(
        string.Create(CultureInfo.InvariantCulture, $"Pipeline {running.Id} of this app is {running.Status}; wait for its end, or cancel it."));

    private async Task<Repo> ChangedAsync(Repo before, RepoOrder order, GitType type, DateTimeOffset now, CancellationToken cancellation)
    {
        var changed = before with { Url = order.Url, GitType = type, CredentialId = order.CredentialId, UpdatedAt = now };
        if (before.Url == order.Url && before.GitType == type && before.Webhook is { } webhook)
            return changed with { Webhook = webhook with { State = type == GitType.Git ? WebhookState.MANUAL : WebhookState.PENDING } };

        // Whoever knows the secret at the old repository must not be able to speak for the new one.
        return changed with
        {
            Webhook = await newRepo.NewWebhookAsync(before.Id, type, cancellation),
            FormerWebhooks = [.. before.FormerWebhooks, .. before.LeftBehind],
        };
    }
}
