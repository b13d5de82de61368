using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.CodeCheck;

/// <summary>
/// CODE_CHECK: makes out the commit that the phase means and names it: a release by its tag, TESTING by its test branch, STAGING not at all. The commit is written to the pipeline's row before
/// it is named, so that a further attempt means the same commit even when the branch has moved on meanwhile.
/// </summary>
public sealed class CheckCodeActivity(PipelineStore pipelines, PipelineChanges changes, AppStore apps, GitRemotes remotes, GitHosts hosts, RunWatch watch)
{
    [Function(nameof(CheckCodeActivity))]
    public async Task<StageOutcome> Run([ActivityTrigger] StageAttempt attempt, CancellationToken cancellation) =>
        attempt.Outcome(await watch.DoAsync(attempt, token => CheckAsync(attempt, token), cancellation));

    private async Task<Result<CodeCheckOutput>> CheckAsync(StageAttempt attempt, CancellationToken cancellation)
    {
        var pipeline = (await pipelines.GetAsync(attempt.AppId, attempt.PipelineId, cancellation)).Value;
        if (await apps.FindRepoAsync(attempt.AppId, cancellation) is not { } repo)
            return GitErrors.RepositoryUnreachable.With("The app has no git repository any more.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return error;

        var (host, commit) = (hosts.For(remote), pipeline.CommitId);
        if (commit is null)
        {
            var branch = StageInput.Of<StageInput.CodeCheck>(pipeline[StageKind.CODE_CHECK]).Branch ?? pipeline.Branch!;
            var wanted = new PhaseRefs(branch, pipeline.Tag, pipeline.ExistingTag, pipeline.TestBranch);
            if (!(await host.FindRefsAsync(remote, wanted.Names, cancellation)).TryGet(out var refs, out error)) return error;
            if (!wanted.Resolve(refs).TryGet(out commit, out error)) return error;
            commit = (await changes.ApplyAsync(attempt.AppId, attempt.PipelineId, found => found.CommitId is null ? found with { CommitId = commit } : found, cancellation)).CommitId!;
        }

        if (pipeline is { Tag: { } tag, ExistingTag: false })
        {
            var tagged = await host.EnsureTagAsync(remote, tag, commit, $"Release {tag}", cancellation);
            if (!tagged.TryGet(out _, out error)) return error;
        }

        if (pipeline.TestBranch is { } testBranch)
        {
            var made = await host.EnsureBranchAsync(remote, testBranch, commit, cancellation);
            if (!made.TryGet(out _, out error)) return error;
        }

        return new CodeCheckOutput(commit, pipeline.Tag, pipeline.TestBranch);
    }
}
