using ProCode.Results;

namespace ProCode.Repos;

/// <summary>The refs that a phase goes by: the branch it comes from, the tag of a release and whether that is an existing one, and the branch that
/// TESTING makes.</summary>
public sealed record PhaseRefs(string Branch, string? Tag = null, bool ExistingTag = false, string? TestBranch = null)
{
    /// <summary>What the host is asked for.</summary>
    public GitRefNames Names => new(TestBranch is null ? [Branch] : [Branch, TestBranch], Tag is null ? [] : [Tag]);

    /// <summary>
    /// The commit that the phase means, by what the host has told. An existing tag means its own commit, wherever the branch is; everything else means the
    /// head of the branch. A tag or test branch that is there already is fine on that commit and refused on any other.
    /// </summary>
    public Result<string> Resolve(GitRefs refs)
    {
        var tagged = Tag is null ? null : refs.Tags.GetValueOrDefault(Tag);
        if (ExistingTag) return tagged is null ? GitErrors.RefNotFound.With($"The repository has no tag '{Tag}'.") : tagged;
        if (!refs.Branches.TryGetValue(Branch, out var head)) return GitErrors.RefNotFound.With($"The repository has no branch '{Branch}'.");
        if (tagged is not null && tagged != head)
            return GitErrors.TagExists.With($"The tag '{Tag}' is on another commit ({tagged[..12]}) than '{Branch}' ({head[..12]}). To release that commit, say existing: true.");
        var tested = TestBranch is null ? null : refs.Branches.GetValueOrDefault(TestBranch);
        return tested is null || tested == head
            ? head
            : GitErrors.BranchExists.With($"The branch '{TestBranch}' is on another commit ({tested[..12]}) than '{Branch}' ({head[..12]}), and is not moved: somebody may need it. Remove it, then try again.");
    }
}
