using System.Globalization;
using System.Text.Json;

namespace ProCode.Repos.Gitee;

// What is used of Gitee's answers, named as they are (API v5). Its documentation gives the types of nested objects as text, so only what is
// needed must be there.

/// <summary>A repository.</summary>
internal sealed record GiteeRepository(long Id, string? DefaultBranch = null);

/// <summary>A branch or a tag.</summary>
internal sealed record GiteeRef(string Name, GiteeSha Commit)
{
    public GitRef ToRef() => new(Name, Commit.Sha);
}

/// <summary>A commit by its id.</summary>
internal sealed record GiteeSha(string Sha);

/// <summary>A commit. <paramref name="Parents"/> is a list of objects or texts, or an object with a list.</summary>
internal sealed record GiteeCommit(string Sha, GiteeCommitText Commit, JsonElement Parents = default)
{
    public GitCommit ToCommit() => GitCommit.Of(Sha, Commit.Message, Commit.Author?.Name ?? "", Commit.Author?.Date ?? DateTimeOffset.UnixEpoch, [.. ParentIds(Parents)]);

    private static IEnumerable<string> ParentIds(JsonElement parents) => parents.ValueKind switch
    {
        JsonValueKind.Array => parents.EnumerateArray().SelectMany(ParentIds),
        JsonValueKind.String => [parents.GetString()!],
        JsonValueKind.Object when parents.TryGetProperty("shas", out var all) => ParentIds(all),
        JsonValueKind.Object when parents.TryGetProperty("sha", out var one) => ParentIds(one),
        _ => [],
    };
}

/// <summary>What a commit says, and whose it is.</summary>
internal sealed record GiteeCommitText(string Message, GiteeSignature? Author = null);

/// <summary>Who wrote a commit, and when.</summary>
internal sealed record GiteeSignature(string? Name = null, DateTimeOffset? Date = null);

/// <summary>What one side of a comparison has, at most 100 commits of it.</summary>
internal sealed record GiteeComparison(IReadOnlyList<GiteeCommit> Commits, IReadOnlyList<GiteeFile>? Files = null, bool? Truncated = null)
{
    public const int MostCommits = 100;
}

/// <summary>How a file differs.</summary>
internal sealed record GiteeFile(string Filename, string? Status = null, string? PreviousFilename = null)
{
    public GitFileChange ToChange() => Status switch
    {
        "added" => new GitFileChange(Filename, GitChangeKind.ADDED),
        "removed" or "deleted" => new GitFileChange(Filename, GitChangeKind.REMOVED),
        "renamed" => new GitFileChange(Filename, GitChangeKind.RENAMED, PreviousFilename),
        _ => new GitFileChange(Filename, GitChangeKind.MODIFIED),
    };
}

/// <summary>A repository's webhook.</summary>
internal sealed record GiteeHook(long Id, string Url, bool? PushEvents = null, bool? TagPushEvents = null)
{
    public GitWebhook ToWebhook() => new(Id.ToString(CultureInfo.InvariantCulture), Url, [.. Events()]);

    private IEnumerable<GitWebhookEvent> Events()
    {
        if (PushEvents == true) yield return GitWebhookEvent.PUSH;
        if (TagPushEvents == true) yield return GitWebhookEvent.TAG_PUSH;
    }
}

/// <summary>A pull request.</summary>
internal sealed record GiteePullRequest(long Number, string State, string Title, string HtmlUrl, GiteeBranchEnd Head, GiteeBranchEnd Base)
{
    public bool IsOpenBetween(string source, string target) =>
        State == "open" && Head.Ref == source && Base.Ref == target && Head.Repo?.Id == Base.Repo?.Id;

    public GitMergeRequest ToMergeRequest() => new(
        Number,
        Title,
        State switch { "merged" => GitMergeRequestState.MERGED, "closed" => GitMergeRequestState.CLOSED, _ => GitMergeRequestState.OPEN },
        Head.Ref,
        Base.Ref,
        Head.Sha ?? "",
        HtmlUrl);
}

/// <summary>One of the two branches of a pull request.</summary>
internal sealed record GiteeBranchEnd(string Ref, string? Sha = null, GiteeRepository? Repo = null);
