using System.Text.Json.Serialization;

namespace ProCode.Repos.GitHub;

/// <summary>The parts of GitHub's answers that are used, as its description has them: what is required there is required here.</summary>
internal static class GitHubAnswers
{
    internal sealed record Repository(string DefaultBranch);

    /// <summary>An item of the lists of branches and tags.</summary>
    internal sealed record NamedCommit(string Name, ObjectId Commit);

    internal sealed record ObjectId(string Sha);

    internal sealed record Reference(string Ref, Target Object);

    internal sealed record Tag(string Sha, Target Object);

    internal sealed record Target(string Type, string Sha);

    /// <summary>A commit as git has it.</summary>
    internal sealed record Commit(string Sha, string Message, Person Author, IReadOnlyList<ObjectId> Parents);

    internal sealed record Person(string? Name = null, DateTimeOffset? Date = null);

    internal sealed record Comparison(int TotalCommits, IReadOnlyList<ComparedCommit> Commits, IReadOnlyList<ComparedFile>? Files = null);

    internal sealed record ComparedCommit(string Sha, ComparedCommitText Commit, IReadOnlyList<ObjectId> Parents);

    internal sealed record ComparedCommitText(string Message, Person? Author);

    internal sealed record ComparedFile(string Filename, FileStatus Status, string? PreviousFilename = null);

    [JsonConverter(typeof(JsonStringEnumConverter<FileStatus>))]
    internal enum FileStatus
    {
        Added,
        Removed,
        Modified,
        Renamed,
        Copied,
        Changed,
        Unchanged,
    }

    internal sealed record Hook(long Id, IReadOnlyList<string> Events, HookConfig Config);

    internal sealed record HookConfig(string? Url = null);

    internal sealed record Pull(long Number, string Title, string State, DateTimeOffset? MergedAt, PullSide Head, PullSide Base, string HtmlUrl);

    internal sealed record PullSide(string Ref, string Sha, PullRepository? Repo = null);

    internal sealed record PullRepository(long Id);
}
