using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Credentials;

/// <summary>Deletes a credential that nothing refers to.</summary>
public sealed class CredentialDeletion(
    CredentialStore credentials, CredentialReferences references, AppStore apps, EnvironmentStore environments)
{
    private const int MaxNamed = 10;

    /// <summary>The deleted credential; <see cref="CredentialErrors.InUse"/> names what refers to it. Archived apps refer to nothing any more.</summary>
    public async Task<Result<Credential>> RunAsync(long projectId, long id, CancellationToken cancellation)
    {
        Credential? ours = null;
        while (true)
        {
            // Read before its references: one that is added from here on changes the credential's row, and the deletion below fails.
            if (await credentials.FindRowAsync(projectId, id, cancellation) is not { } found)
                return ours ?? (Result<Credential>)CredentialErrors.Missing(id);

            var users = new List<string>();
            foreach (var reference in await references.OfAsync(projectId, id, cancellation))
            {
                var uses = await UsesAsync(reference.AppId, id, cancellation);
                if (uses.Count == 0 && reference.HeldUntil is not null) uses = [$"app {reference.AppId}, which is being changed right now"];
                if (uses.Count == 0) await references.RemoveAsync(reference.Row, cancellation);
                users.AddRange(uses);
            }

            if (users.Count > 0)
            {
                var named = string.Join("; ", users.Take(MaxNamed)) + (users.Count > MaxNamed ? $"; and {users.Count - MaxNamed} more" : "");
                return CredentialErrors.InUse.With($"Credential {id} is in use: {named}.");
            }

            ours = found.Value; // Should the answer to our own deletion get lost, the next turn finds nothing.
            if (await credentials.TryDeleteAsync(found, cancellation)) return ours;
        }
    }

    private async Task<List<string>> UsesAsync(long appId, long credentialId, CancellationToken cancellation)
    {
        var appRead = apps.FindAsync(appId, cancellation);
        var repoRead = apps.FindRepoAsync(appId, cancellation);
        var configs = await environments.ConfigsAsync(appId, cancellation);
        var (app, repo) = (await appRead, await repoRead);
        if (app is not { Value.ArchivedAt: null }) return [];
        var uses = configs.Where(environment => environment.Value.Credentials.Contains(credentialId)).Select(environment => $"app {appId}, environment {environment.Key}");
        return repo is not null && RefersTo(repo, credentialId) ? [$"app {appId}, its repository", .. uses] : [.. uses];
    }

    private static bool RefersTo(Repo repo, long credentialId) =>
        repo.CredentialId == credentialId || repo.FormerWebhooks.Any(webhook => webhook.CredentialId == credentialId);
}
