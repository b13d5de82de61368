using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Apps;

/// <summary>Removes our webhooks at the repositories that the app had before. One that can't be removed is told, with where it is, and forgotten: its
/// deliveries are refused, because their secret is no longer known.</summary>
public sealed class RemoveFormerWebhooksActivity(RepoStore repos, GitRemotes remotes, GitHosts hosts, IOptions<ServiceOptions> service)
{
    [Function(nameof(RemoveFormerWebhooksActivity))]
    public async Task<SetupOutcome> Run([ActivityTrigger] SetupAttempt attempt, CancellationToken cancellation)
    {
        if (await repos.FindOfAppAsync(attempt.AppId, cancellation) is not { Value: var repo }) return attempt.Outcome(SetupResult.SKIPPED);
        var left = new List<string>();
        foreach (var former in repo.FormerWebhooks)
        {
            var removed = await RemoveAsync(repo, former, cancellation);
            if (!removed.TryGet(out _, out var error))
            {
                if (error.Kind == ErrorKind.Unavailable) return attempt.Outcome(error);
                left.Add($"webhook {former.HostId ?? "to us"} of {former.Url} ({error.Code.Name})");
            }

            await repos.ApplyAsync(attempt.AppId, found => Without(found, former), cancellation);
        }

        return left.Count == 0
            ? attempt.Outcome(SetupResult.DONE)
            : attempt.Outcome(SetupResult.FAILED, $"Remove by hand: {string.Join(", ", left)}.");
    }

    private async Task<Result<Done>> RemoveAsync(Repo repo, FormerWebhook former, CancellationToken cancellation)
    {
        if (!(await remotes.ForAsync(former.Url, former.GitType, former.CredentialId, cancellation)).TryGet(out var remote, out var error)) return error;
        var removed = await RemoveAsync(hosts.For(remote), remote, repo, former, cancellation);

        // A repository that is gone has taken its webhooks with it.
        return removed.Error?.Code == GitErrors.RepositoryUnreachable ? Done.Value : removed;
    }

    private async Task<Result<Done>> RemoveAsync(IGitHost host, GitRemote remote, Repo repo, FormerWebhook former, CancellationToken cancellation)
    {
        var id = former.HostId;
        if (id is null)
        {
            var url = service.Value.Link(repo.WebhookPathOf(former.GitType)).AbsoluteUri;
            if (!(await WebhookSearch.FindAsync(host, remote, url, cancellation)).TryGet(out var found, out var error)) return error;
            id = found.Id;
        }

        // The former address may be another spelling of the present one: then the present webhook was found there and taken over.
        return id is null || IsInUse(repo, former, id) ? Done.Value : await host.DeleteWebhookAsync(remote, id, cancellation);
    }

    private static bool IsInUse(Repo repo, FormerWebhook former, string id) =>
        repo.Webhook?.HostId == id && repo.GitType == former.GitType && new Uri(repo.Url).Authority == new Uri(former.Url).Authority;

    private static Repo Without(Repo repo, FormerWebhook former) => repo.FormerWebhooks.Contains(former)
        ? repo with { FormerWebhooks = [.. repo.FormerWebhooks.Where(other => other != former)] }
        : repo;
}
