namespace ProCode.Repos.GitLab;

// What is used of GitLab's answers, named as they are (API v4). What its documentation doesn't show in every answer may be missing.

/// <summary>A project.</summary>
internal sealed record GitLabProject(long Id, string? DefaultBranch = null, bool? EmptyRepo = null)
{
    // A caller who may see little isn't told whether it is empty. GitLab names a default branch before there is one.
    public GitRepository ToRepository()
    {
        var branch = string.IsNullOrEmpty(DefaultBranch) ? null : DefaultBranch;
        var isEmpty = EmptyRepo ?? branch is null;
        return new GitRepository(isEmpty ? null : branch, isEmpty);
    }
}

/// <summary>A branch or a tag. A tag of something that is no commit has none.</summary>
internal sealed record GitLabRef(string Name, GitLabCommit? Commit = null)
{
    public GitRef? ToRef() => Commit is null ? null : new GitRef(Name, Commit.Id);
}

/// <summary>A commit; where it comes with something else, not all is told.</summary>
internal sealed record GitLabCommit(
    string Id,
    string? Title = null,
    string? Message = null,
    string? AuthorName = null,
    DateTimeOffset? AuthoredDate = null,
    DateTimeOffset? CreatedAt = null,
    IReadOnlyList<string>? ParentIds = null)
{
    public GitCommit ToCommit() =>
        GitCommit.Of(Id, Message ?? Title ?? "", AuthorName ?? "", AuthoredDate ?? CreatedAt ?? DateTimeOffset.UnixEpoch, ParentIds ?? []);
}

/// <summary>What one side of a comparison has.</summary>
internal sealed record GitLabComparison(IReadOnlyList<GitLabCommit> Commits, IReadOnlyList<GitLabDiff> Diffs, bool? CompareTimeout = null);

/// <summary>How a file differs.</summary>
internal sealed record GitLabDiff(string OldPath, string NewPath, bool? NewFile = null, bool? RenamedFile = null, bool? DeletedFile = null)
{
    public GitFileChange ToChange() => this switch
    {
        { NewFile: true } => new GitFileChange(NewPath, GitChangeKind.ADDED),
        { DeletedFile: true } => new GitFileChange(OldPath, GitChangeKind.REMOVED),
        { RenamedFile: true } => new GitFileChange(NewPath, GitChangeKind.RENAMED, OldPath),
        _ => new GitFileChange(NewPath, GitChangeKind.MODIFIED),
    };
}

/// <summary>A project's webhook.</summary>
internal sealed record GitLabHook(long Id, string Url, bool? PushEvents = null, bool? TagPushEvents = null)
{
    public GitWebhook ToWebhook() => new(Id.ToString(System.Globalization.CultureInfo.InvariantCulture), Url, [.. Events()]);

    private IEnumerable<GitWebhookEvent> Events()
    {
        if (PushEvents == true) yield return GitWebhookEvent.PUSH;
        if (TagPushEvents == true) yield return GitWebhookEvent.TAG_PUSH;
    }
}

/// <summary>A merge request; <paramref name="Iid"/> is the number that people see.</summary>
internal sealed record GitLabMergeRequest(
    long Iid,
    string Title,
    string State,
    string SourceBranch,
    string TargetBranch,
    string WebUrl,
    string? Sha = null,
    long? SourceProjectId = null,
    long? TargetProjectId = null)
{
    public bool IsWithinProject => SourceProjectId == TargetProjectId;

    // "locked" is one that is being merged at the moment.
    public GitMergeRequest ToMergeRequest() => new(
        Iid,
        Title,
        State switch { "merged" => GitMergeRequestState.MERGED, "closed" => GitMergeRequestState.CLOSED, _ => GitMergeRequestState.OPEN },
        SourceBranch,
        TargetBranch,
        Sha ?? "",
        WebUrl);
}
