using ProCode.Repos.Api;
using ProCode.Repos.PlainGit;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>github.com and GitHub Enterprise Server by the REST API, version 2022-11-28. The first commit goes by git itself, since the API
/// makes no object in an empty repository.</summary>
internal sealed class GitHubHost(GitApi api, PlainGitHost git, SourceLimits sources) : IGitHost
{
    public Task<Result<GitRepository>> GetRepositoryAsync(GitRemote remote, CancellationToken cancellation) =>
        CallAsync<GitRepository>(
            remote,
            async (repository, token) =>
            {
                if (!(await repository.GetAsync(token)).TryGet(out var found, out var error)) return error;
                if (!(await IsEmptyAsync(repository, token)).TryGet(out var isEmpty, out error)) return error;
                return new GitRepository(isEmpty ? null : found.DefaultBranch, isEmpty);
            },
            cancellation);

    public Task<Result<GitRefs>> FindRefsAsync(GitRemote remote, GitRefNames names, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubRefs(repository).FindAsync(names, token), cancellation);

    public Task<Result<GitCommit>> FindCommitAsync(GitRemote remote, string reference, CancellationToken cancellation) =>
        CallAsync<GitCommit>(
            remote,
            async (repository, token) =>
            {
                var refs = new GitHubRefs(repository);
                return (await refs.ResolveAsync(reference, token)).TryGet(out var id, out var error) ? await refs.CommitAsync(id, token) : error;
            },
            cancellation);

    public Task<Result<GitPage<GitRef>>> ListBranchesAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => ListAsync(repository, "/branches", page, token), cancellation);

    public Task<Result<GitPage<GitRef>>> ListTagsAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => ListAsync(repository, "/tags", page, token), cancellation);

    public Task<Result<Done>> EnsureBranchAsync(GitRemote remote, string branch, string commitId, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubRefs(repository).EnsureBranchAsync(branch, commitId, token), cancellation);

    public Task<Result<Done>> EnsureTagAsync(GitRemote remote, string tag, string commitId, string message, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubRefs(repository).EnsureTagAsync(tag, commitId, message, token), cancellation);

    public async Task<Result<Done>> ArchiveAsync(GitRemote remote, string commitId, Stream tar, CancellationToken cancellation)
    {
        var archived = await CallAsync(remote, (repository, token) => DownloadAsync(repository, commitId, token), cancellation);
        if (!archived.TryGet(out var file, out var error)) return error;
        await using (file) await file.CopyToAsync(tar, cancellation);
        return Done.Value;
    }

    public Task<Result<GitComparison>> CompareAsync(GitRemote remote, string from, string to, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubComparison(repository).CompareAsync(from, to, token), cancellation);

    public Task<Result<string>> PushFirstCommitAsync(GitRemote remote, GitFirstCommit first, CancellationToken cancellation) =>
        git.PushFirstCommitAsync(remote, first, cancellation);

    public Task<Result<GitPage<GitWebhook>>> ListWebhooksAsync(GitRemote remote, GitPageRequest page, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubWebhooks(repository).ListAsync(page, token), cancellation);

    public Task<Result<string>> CreateWebhookAsync(GitRemote remote, GitWebhookOrder order, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubWebhooks(repository).CreateAsync(order, token), cancellation);

    public Task<Result<Done>> UpdateWebhookAsync(GitRemote remote, string webhookId, GitWebhookOrder order, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubWebhooks(repository).UpdateAsync(webhookId, order, token), cancellation);

    public Task<Result<Done>> DeleteWebhookAsync(GitRemote remote, string webhookId, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubWebhooks(repository).DeleteAsync(webhookId, token), cancellation);

    public Task<Result<GitMergeRequest>> CreateMergeRequestAsync(GitRemote remote, GitMergeRequestOrder order, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubPulls(repository).CreateAsync(order, token), cancellation);

    public Task<Result<GitMergeRequest>> GetMergeRequestAsync(GitRemote remote, long number, CancellationToken cancellation) =>
        CallAsync(remote, (repository, token) => new GitHubPulls(repository).GetAsync(number, token), cancellation);

    private Task<Result<T>> CallAsync<T>(GitRemote remote, Func<GitHubRepository, CancellationToken, Task<Result<T>>> call, CancellationToken cancellation) =>
        GitHubRepository.Of(api, remote).TryGet(out var repository, out var error)
            ? api.TogetherAsync(token => call(repository, token), cancellation)
            : Task.FromResult<Result<T>>(error);

    // Its size says nothing: it is counted later, and what was deleted stays in it.
    private static async Task<Result<bool>> IsEmptyAsync(GitHubRepository repository, CancellationToken cancellation)
    {
        foreach (var path in new[] { "/branches", "/tags" })
        {
            if (!(await ListAsync(repository, path, new GitPageRequest(1), cancellation)).TryGet(out var page, out var error)) return error;
            if (page.Items.Count > 0) return false;
        }

        return true;
    }

    private static async Task<Result<GitPage<GitRef>>> ListAsync(GitHubRepository repository, string path, GitPageRequest page, CancellationToken cancellation)
    {
        var paging = GitHubPaging.Of(page);
        if (!(await repository.GetAsync<List<GitHubAnswers.NamedCommit>>(paging.In(path), cancellation)).TryGet(out var answer, out var error)) return error;
        if (answer.Value is { } found) return paging.Page(found.Select(one => new GitRef(one.Name, one.Commit.Sha)), answer.HasNext);
        if (answer.IsEmptyRepository) return paging.Page<GitRef>([], hasNext: false);
        return answer.IsNotFound ? await repository.MissingAsync(answer.Refusal!, cancellation) : answer.Refusal!;
    }

    private async Task<Result<FileStream>> DownloadAsync(GitHubRepository repository, string commitId, CancellationToken cancellation)
    {
        // By its full id only: the address also takes names, which may change what they stand for.
        if (!GitHubRefs.IsFullId(commitId)) return await repository.MissingAsync(repository.RefNotFound($"commit '{commitId}'"), cancellation);
        var downloaded = await repository.DownloadAsync("/tarball/" + commitId, HostArchive.MostBytes(sources), cancellation);
        if (!downloaded.TryGet(out var gzip, out var error))
        {
            return error.Code == GitErrors.RefNotFound ? await repository.MissingAsync(repository.RefNotFound($"commit {commitId}"), cancellation) : error;
        }

        await using (gzip) return await HostArchive.NormalizeAsync(gzip, sources, cancellation);
    }
}
