using ProCode.Credentials;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Apps;

/// <summary>What an app is registered with. A pro-code app has a tech stack and a repository, a low-code app has neither.</summary>
public sealed record AppOrder(string Name, DevMode DevMode, TechStack? TechStack, RepoOrder? Repo, string? ScaffoldTemplate);

/// <summary>The repository of a new app.</summary>
public sealed record RepoOrder(string Url, GitType? GitType, long? CredentialId);

/// <summary>Registers an app: checks that its repository answers, as far as that can be told within the budget, and writes it.</summary>
public sealed class RegisterApp(
    AppStore apps, GitRemotes remotes, TagProbe probe, OutboundUrls urls, CredentialReferences references, IRequestIds requestIds, IdGenerator ids, TimeProvider time)
{
    /// <summary>The new app; a refusal changes nothing.</summary>
    public async Task<Result<(App App, Repo? Repo)>> RunAsync(AppOrder order, CancellationToken cancellation)
    {
        GitType? gitType = null;
        if (order.Repo is { } asked)
        {
            if (!(await urls.CheckAsync(asked.Url, cancellation)).TryGet(out var url, out var error))
                return error.Code == OutboundErrors.HostUnresolved ? GitErrors.RepositoryUnreachable.With(error.Message, "gitRepoUrl", error.Code.Name) : error;
            gitType = asked.GitType ?? Repo.InferType(url);
            if (!(await remotes.ForAsync(asked.Url, gitType.Value, asked.CredentialId, cancellation)).TryGet(out var remote, out error)) return error;
            if (await probe.RefusalAsync(remote, cancellation) is { } refusal) return refusal;
        }

        var now = time.GetUtcNow();
        var id = await requestIds.NextAsync("apps", cancellation);
        var app = new App(id, ProjectIds.Default, order.Name, order.DevMode, order.TechStack, order.ScaffoldTemplate, now, now);
        var repo = order.Repo is { } wanted
            ? new Repo(await ids.NextAsync("repos", cancellation), id, wanted.Url, gitType!.Value, wanted.CredentialId, now)
            : null;
        CredentialHold? hold = null;
        if (repo?.CredentialId is { } credential)
        {
            hold = await references.HoldAsync(app.ProjectId, credential, id, cancellation);
            if (hold is null) return GeneralErrors.Invalid.With("There is no such credential.", "credentialId", "was deleted at this moment");
        }

        var made = await apps.CreateAsync(app, repo, cancellation);
        if (hold is not null) await (made.Succeeded ? references.SettleAsync(hold, cancellation) : references.DropAsync(hold, cancellation));
        return made.TryGet(out var stored, out var taken) ? (stored, repo) : taken;
    }
}
