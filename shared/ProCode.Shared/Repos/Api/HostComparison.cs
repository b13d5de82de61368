namespace ProCode.Repos.Api;

/// <summary>Makes what <see cref="IGitHost.CompareAsync"/> promises of what a host tells.</summary>
internal static class HostComparison
{
    /// <summary>Commits oldest first, whichever way the host lists them, and no more than promised.</summary>
    public static GitComparison Of(IReadOnlyList<GitCommit> commits, IReadOnlyList<GitFileChange> files, bool isTruncated)
    {
        isTruncated |= commits.Count > GitComparison.MaxCommits || files.Count > GitComparison.MaxFiles;
        return new GitComparison(
            [.. (IsNewestFirst(commits) ? commits.Reverse() : commits).Take(GitComparison.MaxCommits)], [.. files.Take(GitComparison.MaxFiles)], isTruncated);
    }

    // The documentation doesn't say. A commit that stands before its parent does.
    private static bool IsNewestFirst(IReadOnlyList<GitCommit> commits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var commit in commits)
        {
            if (commit.ParentIds.Any(seen.Contains)) return false;
            seen.Add(commit.Id);
        }

        return commits.Any(commit => commit.ParentIds.Any(seen.Contains));
    }
}
