using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.CodeCheck;

/// <summary>
/// CODE_CHECK: makes out the commit that the phase means and names it: a release by its tag, TESTING by its test branch, STAGING not at all. The commit is written to the pipeline's row before
/// it is named, so that a further attempt means the same commit even when the branch has moved on meanwhile.
/// </summary>
public sealed class CheckCodeActivity(PipelineStore pipelines, PipelineChanges changes, AppStore apps, GitRemotes remotes, GitHosts hosts, RunWatch watch, StageLogs logs)
{
    [Function(nameof(CheckCodeActivity))]
    public async Task<StageOutcome> Run([ActivityTrigger] StageAttempt attempt, CancellationToken cancellation) =>
        attempt.Outcome(await watch.DoAsync(attempt, token => logs.RunAsync(attempt, log => CheckAsync(attempt, log, token)), cancellation));

    private async Task<Result<CodeCheckOutput>> CheckAsync(StageAttempt attempt, StageLog log, CancellationToken cancellation)
    {
        if (!(await pipelines.OfAttemptAsync(attempt, cancellation)).TryGet(out var stored, out var error)) return error;
        var pipeline = stored.Value;
        if (await apps.FindRepoAsync(attempt.AppId, cancellation) is not { } repo)
            return GitErrors.RepositoryUnreachable.With("The app has no git repository any more.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out error)) return error;
        log.Hide(remote.Credential?.Password);
        log.WriteLine($"Repository: {remote.Url} ({repo.GitType}, {(remote.Credential is null ? "without a credential" : $"credential {repo.CredentialId}")}).");

        var (host, commit) = (hosts.For(remote), pipeline.CommitId);
        if (commit is not null)
        {
            log.WriteLine($"Commit {commit}, as this pipeline made it out before.");
        }
        else
        {
            var branch = StageInput.Of<StageInput.CodeCheck>(pipeline[StageKind.CODE_CHECK]).Branch ?? pipeline.Branch!;
            var wanted = new PhaseRefs(branch, pipeline.Tag, pipeline.ExistingTag, pipeline.TestBranch);
            if (!(await host.FindRefsAsync(remote, wanted.Names, cancellation)).TryGet(out var refs, out error)) return error;
            if (!wanted.Resolve(refs).TryGet(out commit, out error))
            {
                // An earlier try of this attempt may have made the commit out and named it, before the branch moved on.
                var now = (await pipelines.GetAsync(attempt.AppId, attempt.PipelineId, cancellation)).Value;
                commit = attempt.IsUnderWayIn(now) ? now.CommitId : null;
                if (commit is null) return error;
            }

            log.WriteLine(pipeline.ExistingTag ? $"Tag '{pipeline.Tag}' is on commit {commit}." : $"Branch '{branch}' is at commit {commit}.");
            if (pipeline is { Tag: { } there, ExistingTag: false } && refs.Tags.ContainsKey(there)) log.WriteLine($"Tag '{there}' is there already, on this commit.");
            var fixedTo = await changes.ApplyAsync(
                attempt.AppId, attempt.PipelineId, found => found.CommitId is null && attempt.IsUnderWayIn(found) ? found with { CommitId = commit } : found, cancellation, stored);
            if (!attempt.IsUnderWayIn(fixedTo)) return attempt.Over();
            commit = fixedTo.CommitId!;
        }

        if (pipeline is { Tag: { } tag, ExistingTag: false })
        {
            var tagged = await host.EnsureTagAsync(remote, tag, commit, $"Release {tag}", cancellation);
            if (!tagged.TryGet(out _, out error)) return error;
            log.WriteLine($"Tag '{tag}' is on commit {commit}.");
        }

        if (pipeline.TestBranch is { } testBranch)
        {
            var made = await host.EnsureBranchAsync(remote, testBranch, commit, cancellation);
            if (!made.TryGet(out _, out error)) return error;
            log.WriteLine($"Test branch '{testBranch}' is at commit {commit}.");
        }

        return new CodeCheckOutput(commit, pipeline.Tag, pipeline.TestBranch);
    }
}
