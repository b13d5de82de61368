using ProCode.Results;

namespace ProCode.Repos;

/// <summary>Which commit a release means, by the refs that the host advertises.</summary>
public static class ReleaseRefs
{
    /// <summary>
    /// The commit to release. An existing tag means its own commit, wherever the branch is. A new tag means the head of the branch; a tag
    /// that is there already is fine on that commit and refused on any other.
    /// </summary>
    public static Result<string> Resolve(GitRefs refs, string branch, string tag, bool existing)
    {
        var tagged = refs.Tags.GetValueOrDefault(tag);
        if (existing) return tagged is null ? GitErrors.RefNotFound.With($"The repository has no tag '{tag}'.") : tagged;
        if (!refs.Branches.TryGetValue(branch, out var head)) return GitErrors.RefNotFound.With($"The repository has no branch '{branch}'.");
        return tagged is null || tagged == head
            ? head
            : GitErrors.TagExists.With($"The tag '{tag}' is on another commit ({tagged[..12]}) than '{branch}' ({head[..12]}). To release that commit, say existing: true.");
    }
}
