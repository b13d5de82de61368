using LibGit2Sharp;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Makes the first commit of an empty repository. Its id depends on nothing but its files and message, so
/// that a call that was killed before anybody noted the id finds its own commit when it is made again.</summary>
internal static class FirstCommit
{
    private static readonly Signature Author = new("ProCode", "procode@localhost", new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static Result<string> Push(GitConversation conversation, GitFirstCommit first)
    {
        if (RefNames.BranchRefusal(first.Branch) is { } invalid) return invalid;
        if (FirstCommitRules.Refusal(first, conversation.Sources) is { } refused) return refused;
        var refs = conversation.ListRefs();
        if (!refs.IsEmpty && !refs.Branches.ContainsKey(first.Branch)) return NotEmpty();

        using var workspace = conversation.NewWorkspace();
        var commit = Make(workspace.Repository, first, conversation.Cancellation);
        if (Existing(refs, first.Branch, commit.Sha) is { } existing) return existing;

        var reference = GitConversation.Branches + first.Branch;
        workspace.Repository.Refs.Add(reference, commit.Id);
        return conversation.PushNew(workspace, reference) is not { } refusal
            ? commit.Sha
            : Existing(conversation.ListRefs(), first.Branch, commit.Sha) ?? conversation.Refused(refusal);
    }

    private static Commit Make(Repository repository, GitFirstCommit first, CancellationToken cancellation)
    {
        var definition = new TreeDefinition();
        foreach (var (path, content) in first.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            using var stream = new MemoryStream(content.ToArray(), writable: false);
            definition.Add(path, repository.ObjectDatabase.CreateBlob(stream), FirstCommitRules.IsExecutable(content) ? Mode.ExecutableFile : Mode.NonExecutableFile);
        }

        var tree = repository.ObjectDatabase.CreateTree(definition);
        return repository.ObjectDatabase.CreateCommit(Author, Author, first.Message, tree, [], prettifyMessage: false);
    }

    private static Result<string>? Existing(AdvertisedRefs refs, string branch, string commitId)
    {
        if (refs.IsEmpty) return null;
        return refs.Branches.GetValueOrDefault(branch) == commitId ? commitId : NotEmpty();
    }

    private static Error NotEmpty() => GitErrors.RepositoryNotEmpty.With("The repository has branches or tags already; it was left alone.");
}
