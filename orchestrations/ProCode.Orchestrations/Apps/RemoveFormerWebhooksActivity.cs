using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Apps;

/// <summary>Removes our webhooks at the repositories that the app had before. One that can't be removed is told, with where it is, and forgotten: its
/// deliveries are refused, because their secret is no longer known.</summary>
public sealed class RemoveFormerWebhooksActivity(RepoStore repos, GitRemotes remotes, GitHosts hosts)
{
    [Function(nameof(RemoveFormerWebhooksActivity))]
    public async Task<SetupOutcome> Run([ActivityTrigger] SetupAttempt attempt, CancellationToken cancellation)
    {
        if (await repos.FindOfAppAsync(attempt.AppId, cancellation) is not { Value: var repo }) return attempt.Outcome(SetupResult.SKIPPED);
        var left = new List<string>();
        foreach (var former in repo.FormerWebhooks)
        {
            var removed = await RemoveAsync(former, cancellation);
            if (!removed.TryGet(out _, out var error))
            {
                if (error.Kind == ErrorKind.Unavailable) return attempt.Outcome(error);
                left.Add($"webhook {former.HostId} of {former.Url} ({error.Code.Name})");
            }

            await repos.ApplyAsync(attempt.AppId, found => Without(found, former), cancellation);
        }

        return left.Count == 0
            ? attempt.Outcome(SetupResult.DONE)
            : attempt.Outcome(SetupResult.FAILED, $"Remove by hand: {string.Join(", ", left)}.");
    }

    private async Task<Result<Done>> RemoveAsync(FormerWebhook former, CancellationToken cancellation)
    {
        if (!(await remotes.ForAsync(former.Url, former.GitType, former.CredentialId, cancellation)).TryGet(out var remote, out var error)) return error;
        var removed = await hosts.For(remote).DeleteWebhookAsync(remote, former.HostId, cancellation);

        // A repository that is gone has taken its webhooks with it.
        return removed.Error?.Code == GitErrors.RepositoryUnreachable ? Done.Value : removed;
    }

    private static Repo Without(Repo repo, FormerWebhook former) => repo.FormerWebhooks.Contains(former)
        ? repo with { FormerWebhooks = [.. repo.FormerWebhooks.Where(other => other != former)] }
        : repo;
}
