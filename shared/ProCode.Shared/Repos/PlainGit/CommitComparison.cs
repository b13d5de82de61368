using LibGit2Sharp;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Compares two commits as the hosts' own APIs do: the commits of one side only, and the files that it changed since the two parted.
/// Two that never had a commit in common have parted before everything: all commits and files of the one side are new.</summary>
internal static class CommitComparison
{
    public static Result<GitComparison> Compare(GitConversation conversation, string from, string to)
    {
        var refs = conversation.ListRefs();
        using var workspace = conversation.NewWorkspace();
        if (!CommitReading.Fetch(conversation, workspace, refs, from).TryGet(out var old, out var error)) return error;
        if (!CommitReading.Fetch(conversation, workspace, refs, to).TryGet(out var head, out error)) return error;

        var repository = workspace.Repository;
        var commits = Commits(repository, old, head, conversation.Cancellation);
        conversation.Cancellation.ThrowIfCancellationRequested();
        var files = Files(repository, repository.ObjectDatabase.FindMergeBase(old, head), head);
        return new GitComparison(
            [.. commits.Take(GitComparison.MaxCommits)],
            [.. files.Take(GitComparison.MaxFiles)],
            commits.Count > GitComparison.MaxCommits || files.Count > GitComparison.MaxFiles);
    }

    // One more than are told, to know that there are more.
    private static List<GitCommit> Commits(Repository repository, Commit old, Commit head, CancellationToken cancellation)
    {
        var commits = new List<GitCommit>();
        var filter = new CommitFilter
        {
            IncludeReachableFrom = head,
            ExcludeReachableFrom = old,
            SortBy = CommitSortStrategies.Topological | CommitSortStrategies.Time | CommitSortStrategies.Reverse,
        };
        foreach (var commit in repository.Commits.QueryBy(filter).Take(GitComparison.MaxCommits + 1))
        {
            cancellation.ThrowIfCancellationRequested();
            commits.Add(CommitReading.Of(commit));
        }

        return commits;
    }

    private static List<GitFileChange> Files(Repository repository, Commit? parted, Commit head)
    {
        using var changes = repository.Diff.Compare<TreeChanges>(parted?.Tree!, head.Tree, new CompareOptions { Similarity = SimilarityOptions.Renames });
        return [.. changes.Select(Of).OrderBy(change => change.Path, StringComparer.Ordinal)];
    }

    private static GitFileChange Of(TreeEntryChanges change) => change.Status switch
    {
        ChangeKind.Added => new GitFileChange(change.Path, GitChangeKind.ADDED),
        ChangeKind.Deleted => new GitFileChange(change.OldPath, GitChangeKind.REMOVED),
        ChangeKind.Renamed => new GitFileChange(change.Path, GitChangeKind.RENAMED, change.OldPath),
        _ => new GitFileChange(change.Path, GitChangeKind.MODIFIED), // content, mode, or a file that became a link
    };
}
