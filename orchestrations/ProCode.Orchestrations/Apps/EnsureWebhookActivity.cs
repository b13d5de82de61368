using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Apps;

/// <summary>Makes the repository's webhook at the host, or gives it the secret of the repository's row. Our URL tells which one is ours, so that one
/// whose making was cut off is found again and not made twice.</summary>
public sealed class EnsureWebhookActivity(
    RepoStore repos, GitRemotes remotes, GitHosts hosts, SecretProtector secrets, IOptions<ServiceOptions> service, TimeProvider time)
{
    [Function(nameof(EnsureWebhookActivity))]
    public async Task<SetupOutcome> Run([ActivityTrigger] SetupAttempt attempt, CancellationToken cancellation)
    {
        if (await repos.FindOfAppAsync(attempt.AppId, cancellation) is not { Value: { Webhook: { } webhook } repo })
            return attempt.Outcome(SetupResult.SKIPPED, "The app has no repository any more.");
        if (webhook.State == WebhookState.ABSENT) return attempt.Outcome(SetupResult.SKIPPED, "The app was archived.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return attempt.Outcome(error);

        var secret = await secrets.UnprotectAsync(webhook.ProtectedSecret, Repo.SecretPurpose(repo.Id), cancellation);
        var order = new GitWebhookOrder(service.Value.Link(repo.WebhookPath).AbsoluteUri, secret, RepoWebhook.Events);
        if ((await EnsureAsync(hosts.For(remote), remote, webhook.HostId, order, cancellation)).TryGet(out var hostId, out error))
        {
            var until = time.GetUtcNow() + RepoWebhook.Overlap;
            await ChangeAsync(repo, webhook, now => now with { State = WebhookState.ACTIVE, HostId = hostId, RetiredUntil = until }, cancellation);
            return attempt.Outcome(SetupResult.DONE);
        }

        // The host answers and won't: whoever may administer the repository can still enter it by hand.
        if (error.Code != GitErrors.OperationUnsupported && error.Code != GitErrors.AccessDenied && error.Code != GitErrors.RequestRefused)
            return attempt.Outcome(error);
        await ChangeAsync(repo, webhook, now => now with { State = WebhookState.MANUAL }, cancellation);
        return attempt.Outcome(SetupResult.MANUAL, $"{error.Code.Name}: {error.Message} {AppSetup.ByHand(repo.Id)}");
    }

    // The one that we know comes first: our own address may have changed since it was made.
    private static async Task<Result<string>> EnsureAsync(
        IGitHost host, GitRemote remote, string? known, GitWebhookOrder order, CancellationToken cancellation)
    {
        if (known is not null)
        {
            if ((await host.UpdateWebhookAsync(remote, known, order, cancellation)).TryGet(out _, out var refused)) return known;
            if (refused.Code != GitErrors.WebhookNotFound) return refused;
        }

        if (!(await WebhookSearch.FindAsync(host, remote, order.Url, cancellation)).TryGet(out var found, out var error)) return error;
        if (found.Id is { } id)
        {
            if ((await host.UpdateWebhookAsync(remote, id, order, cancellation)).TryGet(out _, out error)) return id;
            if (error.Code != GitErrors.WebhookNotFound) return error; // Else it was deleted in this moment.
        }

        return await host.CreateWebhookAsync(remote, order, cancellation);
    }

    // A secret that was rotated meanwhile has a set-up of its own ahead; so has an app that was archived, which gives the webhook up.
    private Task ChangeAsync(Repo repo, RepoWebhook used, Func<RepoWebhook, RepoWebhook> change, CancellationToken cancellation) =>
        repos.ApplyAsync(
            repo.AppId,
            found => found.Webhook is { } now && now.ProtectedSecret == used.ProtectedSecret && now.State != WebhookState.ABSENT
                ? found with { Webhook = change(now) }
                : found,
            cancellation);
}
