using ProCode.Credentials;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.Deliveries;

/// <summary>
/// Takes a delivery in: nothing is written before it is known to be authentic, and nothing is begun before it is written. Once the process knows
/// the repository's app, that is two round trips to the storage: the repository's row and one transaction.
/// </summary>
public sealed class TakeDelivery(RepoStore repos, HookDialects dialects, DeliveryStore deliveries, SecretProtector secrets, TimeProvider time)
{
    /// <summary>The delivery, or the same as it was taken in before.</summary>
    public async Task<Result<Delivery>> RunAsync(GitType type, long repoId, HookRequest request, CancellationToken cancellation)
    {
        // Whether the repository is on another kind of host is nobody's business.
        if (await repos.FindAsync(repoId, cancellation) is not { } found || found.Value.GitType != type) return RepoStore.NotFound(repoId);
        var repo = found.Value;
        var now = time.GetUtcNow();
        var dialect = dialects.For(type);
        if (!dialect.IsAuthentic(request, await SecretsAsync(repo, now, cancellation), time))
        {
            DeliveryMetrics.Refused(type);
            return WebhookErrors.SignatureInvalid.With("The delivery's signature or token is missing, wrong, or too old.");
        }

        return await deliveries.AddAsync(Delivery.Of(repo, dialect.IdentityOf(request), dialect.Read(request), now), cancellation);
    }

    private async Task<IReadOnlyList<string>> SecretsAsync(Repo repo, DateTimeOffset now, CancellationToken cancellation)
    {
        if (repo.Webhook is null) return [];
        var known = new List<string>();
        foreach (var secret in repo.Webhook.ProtectedSecretsAt(now))
            known.Add(await secrets.UnprotectAsync(secret, Repo.SecretPurpose(repo.Id), cancellation));
        return known;
    }
}
