using LibGit2Sharp;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Reads commits and what is in them.</summary>
internal static class CommitReading
{
    /// <summary>The commit that a branch, a tag or a full id names.</summary>
    public static Result<GitCommit> Find(GitConversation conversation, string reference)
    {
        var refs = conversation.ListRefs();
        using var workspace = conversation.NewWorkspace();
        return Fetch(conversation, workspace, refs, reference).TryGet(out var commit, out var error) ? Of(commit) : error;
    }

    /// <summary>The tar as a temporary file, at its start; it is gone once closed.</summary>
    public static Result<FileStream> Archive(GitConversation conversation, string commitId)
    {
        using var workspace = conversation.NewWorkspace();
        if (conversation.Fetch(workspace, conversation.ListRefs(), commitId) is not { } commit) return GitConversation.NotFound(commitId);
        var source = SourceTree.Read(commit, conversation.Sources, conversation.Cancellation);
        return source.TryGet(out var files, out var error) ? SourceTar.Write(files, conversation.Cancellation) : error;
    }

    /// <summary>Brings what a reference names; a tag may stand on something that is no commit, which is not found either.</summary>
    public static Result<Commit> Fetch(GitConversation conversation, GitWorkspace workspace, AdvertisedRefs refs, string reference) =>
        refs.IdOf(reference) is { } id && conversation.Fetch(workspace, refs, id) is { } commit
            ? commit
            : GitErrors.RefNotFound.With($"The repository has no branch, tag or commit '{reference}'.");

    /// <summary>What we tell about a commit.</summary>
    public static GitCommit Of(Commit commit)
    {
        var author = commit.Author;
        return GitCommit.Of(commit.Sha, commit.Message, author.Name, author.When, [.. commit.Parents.Select(parent => parent.Sha)]);
    }
}
