using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Repos;

namespace ProCode.Orchestrations.Apps;

/// <summary>Takes the repository's webhook back, because a later step of the set-up failed.</summary>
public sealed class RemoveWebhookActivity(RepoStore repos, GitRemotes remotes, GitHosts hosts)
{
    [Function(nameof(RemoveWebhookActivity))]
    public async Task<SetupOutcome> Run([ActivityTrigger] SetupAttempt attempt, CancellationToken cancellation)
    {
        if (await repos.FindOfAppAsync(attempt.AppId, cancellation) is not { Value: { Webhook.HostId: { } hostId } repo })
            return attempt.Outcome(SetupResult.DONE);
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return attempt.Outcome(error);
        if (!(await hosts.For(remote).DeleteWebhookAsync(remote, hostId, cancellation)).TryGet(out _, out error)) return attempt.Outcome(error);

        await repos.ApplyAsync(
            repo.AppId,
            found => found.Webhook is { } webhook && webhook.HostId == hostId
                ? found with { Webhook = webhook with { State = WebhookState.ABSENT, HostId = null } }
                : found,
            cancellation);
        return attempt.Outcome(SetupResult.DONE, "Taken back, because a later step failed.");
    }
}
