using LibGit2Sharp;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Makes branches and tags, each once.</summary>
internal static class RefCreation
{
    public static Result<Done> EnsureBranch(GitConversation conversation, string branch, string commitId)
    {
        if (RefNames.BranchRefusal(branch) is { } invalid) return invalid;
        return Ensure(conversation, refs => ExistingBranch(refs, branch, commitId), GitConversation.Branches + branch, commitId, (repository, commit) =>
            repository.Refs.Add(GitConversation.Branches + branch, commit.Id));
    }

    public static Result<Done> EnsureTag(GitConversation conversation, string tag, string commitId, string message)
    {
        if (RefNames.TagRefusal(tag) is { } invalid) return invalid;
        return Ensure(conversation, refs => ExistingTag(refs, tag, commitId), GitConversation.Tags + tag, commitId, (repository, _) =>
            repository.ApplyTag(tag, commitId, new Signature("ProCode", "procode@localhost", conversation.Time.GetUtcNow()), message));
    }

    private static Result<Done> Ensure(
        GitConversation conversation, Func<AdvertisedRefs, Result<Done>?> existing, string reference, string commitId, Action<Repository, Commit> make)
    {
        var refs = conversation.ListRefs();
        if (existing(refs) is { } found) return found;

        using var workspace = conversation.NewWorkspace();
        if (conversation.Fetch(workspace, refs, commitId) is not { } commit) return GitConversation.NotFound(commitId);
        make(workspace.Repository, commit);
        return conversation.PushNew(workspace, reference) is not { } refusal ? Done.Value : existing(conversation.ListRefs()) ?? conversation.Refused(refusal);
    }

    private static Result<Done>? ExistingTag(AdvertisedRefs refs, string tag, string commitId)
    {
        if (!refs.Tags.TryGetValue(tag, out var target)) return null;
        return target == commitId ? Done.Value : GitErrors.TagExists.With($"The tag {tag} already exists on the commit {target}.");
    }

    private static Result<Done>? ExistingBranch(AdvertisedRefs refs, string branch, string commitId)
    {
        if (refs.Branches.TryGetValue(branch, out var head))
            return head == commitId ? Done.Value : GitErrors.BranchExists.With($"The branch {branch} already exists on the commit {head}.");

        // Git keeps branches as files in folders: 'a' and 'a/b' can't both be there.
        var inTheWay = refs.Branches.Keys.FirstOrDefault(other =>
            branch.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(branch + "/", StringComparison.Ordinal));
        if (inTheWay is null) return null;
        return GitErrors.BranchExists.With($"The branch {inTheWay} exists; git can't have {branch} beside it.");
    }
}
