using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Repos;
using ProCode.Scaffolds;

namespace ProCode.Orchestrations.Apps;

/// <summary>Makes the app's scaffold the first commit of its repository. The same scaffold is the same commit, so doing it again changes nothing; a
/// repository with anything in it is left alone.</summary>
public sealed class PushScaffoldActivity(AppStore apps, RepoStore repos, GitRemotes remotes, GitHosts hosts, ScaffoldCatalog scaffolds)
{
    private const string DefaultBranch = "main";

    [Function(nameof(PushScaffoldActivity))]
    public async Task<SetupOutcome> Run([ActivityTrigger] SetupAttempt attempt, CancellationToken cancellation)
    {
        if (await apps.FindAsync(attempt.AppId, cancellation) is not { Value: { ScaffoldTemplate: { } name, TechStack: { } stack } }
            || await repos.FindOfAppAsync(attempt.AppId, cancellation) is not { Value: var repo })
            return attempt.Outcome(SetupResult.SKIPPED, "The app names no scaffold any more.");
        if (!scaffolds.Find(name, stack).TryGet(out var scaffold, out var error)) return attempt.Outcome(error);
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out error)) return attempt.Outcome(error);

        var host = hosts.For(remote);
        if (!(await host.GetRepositoryAsync(remote, cancellation)).TryGet(out var repository, out error)) return attempt.Outcome(error);
        var first = new GitFirstCommit(repository.DefaultBranch ?? DefaultBranch, $"Begin with {scaffold.Name}", scaffold.Files);
        if ((await host.PushFirstCommitAsync(remote, first, cancellation)).TryGet(out var commit, out error))
            return attempt.Outcome(SetupResult.DONE, $"{scaffold.Name} is commit {commit} on {first.Branch}.");
        return error.Code == GitErrors.RepositoryNotEmpty
            ? attempt.Outcome(SetupResult.SKIPPED, "The repository is not empty; it was left as it is.")
            : attempt.Outcome(error);
    }
}
