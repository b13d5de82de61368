using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>Gives a repository's webhook a new secret; the old one stays good until the host has the new one, and for a while longer.</summary>
public sealed class RotateWebhook(AppStore apps, RepoStore repos, AppSetups setups, NewRepo newRepo, SecretProtector secrets, TimeProvider time)
{
    // Until a person has entered the new secret.
    private static readonly TimeSpan OverlapByHand = TimeSpan.FromHours(24);

    /// <summary>The new secret is written, and owed to the host.</summary>
    public async Task<Result<RotatedWebhook>> RunAsync(long repoId, CancellationToken cancellation)
    {
        while (true)
        {
            if (await repos.FindAsync(repoId, cancellation) is not { } found) return RepoStore.NotFound(repoId);
            if (await apps.FindAsync(found.Value.AppId, cancellation) is { } app && AppErrors.RefusalOf(app.Value) is { } refusal) return refusal;
            var (repo, before) = (found.Value, found.Value.Webhook);
            var fresh = await newRepo.NewWebhookAsync(repoId, repo.GitType, cancellation);
            var byHand = before?.State == WebhookState.MANUAL || fresh.State == WebhookState.MANUAL;
            var changed = repo with
            {
                UpdatedAt = time.GetUtcNow(),
                Webhook = fresh with
                {
                    State = byHand ? WebhookState.MANUAL : WebhookState.PENDING,
                    HostId = before?.HostId,

                    // With two rotations before the host has heard of the first, it is the oldest secret that the host still has; also when it
                    // would not hear of the first, and a person has to enter the second.
                    RetiredSecret = before is { RetiredSecret: { } older, RetiredUntil: null } ? older : before?.ProtectedSecret,
                    RetiredUntil = byHand ? time.GetUtcNow() + OverlapByHand : null,
                },
            };
            if (await setups.BeginAsync(changed, found.ETag, scaffold: false, [], cancellation) is not { } setup) continue;
            var secret = byHand ? await secrets.UnprotectAsync(changed.Webhook.ProtectedSecret, Repo.SecretPurpose(repoId), cancellation) : null;
            return new RotatedWebhook(changed, setup, secret);
        }
    }
}
