namespace ProCode.Repos;

/// <summary>How a file differs between two commits.</summary>
public enum GitChangeKind
{
    ADDED,
    MODIFIED,
    REMOVED,
    RENAMED,
}

/// <summary>A file that differs. <paramref name="OldPath"/> is set when it was renamed.</summary>
public sealed record GitFileChange(string Path, GitChangeKind Kind, string? OldPath = null);

/// <summary>What one side has that the other hasn't: commits oldest first, files in the host's order. <paramref name="IsTruncated"/> is set when there
/// are more commits or files than are told here (at most 250 commits and 1,000 files, or what the host gives in one answer).</summary>
public sealed record GitComparison(IReadOnlyList<GitCommit> Commits, IReadOnlyList<GitFileChange> Files, bool IsTruncated)
{
    /// <summary>At most this many commits are told.</summary>
    public const int MaxCommits = 250;

    /// <summary>At most this many files are told.</summary>
    public const int MaxFiles = 1000;
}
