namespace ProCode.Repos;

/// <summary>How a merge request stands.</summary>
public enum GitMergeRequestState
{
    OPEN,
    MERGED,
    CLOSED,
}

/// <summary>Asks that one branch be merged into another of the same repository.</summary>
public sealed record GitMergeRequestOrder(string SourceBranch, string TargetBranch, string Title, string Description);

/// <summary>A merge request. <paramref name="Number"/> is the one that people see; <paramref name="HeadCommitId"/> is the source branch's commit.</summary>
public sealed record GitMergeRequest(
    long Number, string Title, GitMergeRequestState State, string SourceBranch, string TargetBranch, string HeadCommitId, string WebUrl);
