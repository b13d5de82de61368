using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>Compares two commits of a repository on GitHub. Asked without paging it tells the last 250 commits and the first 300 files,
/// all in one answer; with paging it would tell no more files.</summary>
internal sealed class GitHubComparison(GitHubRepository repository)
{
    // More than these are not told, and not counted either.
    private const int MostFiles = 300;

    public async Task<Result<GitComparison>> CompareAsync(string from, string to, CancellationToken cancellation)
    {
        // By ids only: GitHub takes a tag before a branch of the same name, and "owner:branch" as a branch of somebody else's fork.
        var refs = new GitHubRefs(repository);
        if (!(await refs.ResolveAsync(from, cancellation)).TryGet(out var left, out var error)) return error;
        if (!(await refs.ResolveAsync(to, cancellation)).TryGet(out var right, out error)) return error;
        var compared = await repository.GetAsync<GitHubAnswers.Comparison>($"/compare/{left}...{right}", cancellation);
        if (!compared.TryGet(out var answer, out error)) return error;
        if (answer.Value is { } comparison) return ToComparison(comparison);

        // 404 also stands for commits that have nothing in common, and then both are there.
        if (!(await refs.CommitAsync(left, cancellation)).TryGet(out _, out error)) return error;
        if (!(await refs.CommitAsync(right, cancellation)).TryGet(out _, out error)) return error;
        return answer.Refusal!;
    }

    private static GitComparison ToComparison(GitHubAnswers.Comparison comparison)
    {
        var commits = comparison.Commits.TakeLast(GitComparison.MaxCommits).Select(commit => GitCommit.Of(
            commit.Sha, commit.Commit.Message, commit.Commit.Author?.Name ?? "", commit.Commit.Author?.Date ?? DateTimeOffset.UnixEpoch,
            [.. commit.Parents.Select(parent => parent.Sha)]));
        var files = comparison.Files ?? [];
        var isTruncated = comparison.TotalCommits > comparison.Commits.Count || files.Count >= MostFiles;
        return new GitComparison([.. commits], [.. files.Select(ToChange).OfType<GitFileChange>()], isTruncated);
    }

    private static GitFileChange? ToChange(GitHubAnswers.ComparedFile file) => file.Status switch
    {
        GitHubAnswers.FileStatus.Added or GitHubAnswers.FileStatus.Copied => new GitFileChange(file.Filename, GitChangeKind.ADDED),
        GitHubAnswers.FileStatus.Modified or GitHubAnswers.FileStatus.Changed => new GitFileChange(file.Filename, GitChangeKind.MODIFIED),
        GitHubAnswers.FileStatus.Removed => new GitFileChange(file.Filename, GitChangeKind.REMOVED),
        GitHubAnswers.FileStatus.Renamed => new GitFileChange(file.Filename, GitChangeKind.RENAMED, file.PreviousFilename),
        GitHubAnswers.FileStatus.Unchanged => null,
    };
}
