using ProCode.Credentials;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Scaffolds;

namespace ProCode.Apps;

/// <summary>What an app is registered with. A pro-code app has a tech stack and a repository, a low-code app has neither.</summary>
public sealed record AppOrder(string Name, DevMode DevMode, TechStack? TechStack, RepoOrder? Repo, string? ScaffoldTemplate);

/// <summary>An app with its repository and how setting it up stands, where it has one.</summary>
public sealed record RegisteredApp(App App, Repo? Repo, AppSetup? Setup);

/// <summary>Registers an app: checks that its repository answers, as far as that can be told within the budget, and writes it. What is to be done at
/// the git host is owed, and done by the set-up.</summary>
public sealed class RegisterApp(
    AppStore apps, RepoStore repos, NewRepo newRepo, ScaffoldCatalog scaffolds, CredentialReferences references, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The new app; a refusal changes nothing.</summary>
    public async Task<Result<RegisteredApp>> RunAsync(AppOrder order, CancellationToken cancellation)
    {
        if (order is { ScaffoldTemplate: { } scaffold, TechStack: { } stack } && !scaffolds.Find(scaffold, stack).TryGet(out _, out var error)) return error;

        // Before anything outside is asked: a request that is repeated under its Idempotency-Key comes with the same id, and what was made stays made.
        var id = await requestIds.NextAsync("apps", cancellation);
        if (await apps.FindAsync(id, cancellation) is { } earlier) return await MadeAsync(earlier.Value, cancellation);
        GitType type = default;
        if (order.Repo is { } asked && !(await newRepo.CheckAsync(asked, cancellation)).TryGet(out type, out error)) return error;

        var now = time.GetUtcNow();
        var app = new App(id, ProjectIds.Default, order.Name, order.DevMode, order.TechStack, order.ScaffoldTemplate, now, now);
        var repo = order.Repo is { } wanted
            ? await newRepo.MakeAsync(await requestIds.NextAsync("repos", cancellation), id, wanted, type, cancellation)
            : null;
        var setup = repo is null ? null : AppSetup.Plan(1, repo, order.ScaffoldTemplate is not null, now);
        CredentialHold? hold = null;
        if (repo?.CredentialId is { } credential)
        {
            hold = await references.HoldAsync(app.ProjectId, credential, id, cancellation);
            if (hold is null) return GitRemotes.NoSuchCredential(credential);
        }

        var made = await apps.CreateAsync(app, repo, setup, cancellation);
        if (hold is not null) await (made.Succeeded ? references.SettleAsync(hold, cancellation) : references.DropAsync(hold, cancellation));
        if (!made.TryGet(out var stored, out var taken)) return taken;

        // Made by another run of the same request, its repository is another record than the one made just now.
        return stored == app ? new RegisteredApp(app, repo, setup) : await MadeAsync(stored, cancellation);
    }

    private async Task<RegisteredApp> MadeAsync(App app, CancellationToken cancellation) =>
        new(app, (await repos.FindOfAppAsync(app.Id, cancellation))?.Value, await apps.FindSetupAsync(app.Id, cancellation));
}
