using ProCode.Credentials;
using ProCode.Outbound;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.Repos;

/// <summary>The repository that an app is to have. <paramref name="GitType"/> is told by the URL when it is null.</summary>
public sealed record RepoOrder(string Url, GitType? GitType, long? CredentialId);

/// <summary>Checks that a repository answers, as far as that can be told within the budget, and makes the record of it with a new webhook secret.</summary>
public sealed class NewRepo(GitRemotes remotes, TagProbe probe, OutboundUrls urls, SecretProtector secrets, TimeProvider time)
{
    /// <summary>The kind of host, or why the repository can't be used.</summary>
    public async Task<Result<GitType>> CheckAsync(RepoOrder order, CancellationToken cancellation)
    {
        if (!(await urls.CheckAsync(order.Url, cancellation)).TryGet(out var url, out var error))
            return error.Code == OutboundErrors.HostUnresolved ? GitErrors.RepositoryUnreachable.With(error.Message, "gitRepoUrl", error.Code.Name) : error;
        var type = order.GitType ?? Repo.InferType(url);
        if (!(await remotes.ForAsync(order.Url, type, order.CredentialId, cancellation)).TryGet(out var remote, out error)) return error;
        return await probe.RefusalAsync(remote, cancellation) is { } refusal ? refusal : type;
    }

    /// <summary>The record of a repository that was checked.</summary>
    public async Task<Repo> MakeAsync(long id, long appId, RepoOrder order, GitType type, CancellationToken cancellation) =>
        new(id, appId, order.Url, type, order.CredentialId, time.GetUtcNow()) { Webhook = await NewWebhookAsync(id, type, cancellation) };

    /// <summary>A webhook that is not at the host yet. Plain git servers have no way to make it there.</summary>
    public async Task<RepoWebhook> NewWebhookAsync(long repoId, GitType type, CancellationToken cancellation)
    {
        var secret = await secrets.ProtectAsync(StandardWebhook.NewSecret(), Repo.SecretPurpose(repoId), cancellation);
        return new RepoWebhook(type == GitType.Git ? WebhookState.MANUAL : WebhookState.PENDING, secret);
    }
}
