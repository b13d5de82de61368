namespace ProCode.Repos.PlainGit;

/// <summary>Everything that a server advertises, names and commits as in <see cref="GitRefs"/>.</summary>
internal sealed record AdvertisedRefs(string? DefaultBranch, IReadOnlyDictionary<string, string> Branches, IReadOnlyDictionary<string, string> Tags)
{
    public bool IsEmpty => Branches.Count == 0 && Tags.Count == 0;

    public static bool IsFullId(string id) => id.Length == 40 && id.All(char.IsAsciiHexDigitLower);

    public GitRepository Repository() => new(DefaultBranch, IsEmpty);

    public GitRefs Find(GitRefNames names) => new(Named(Branches, names.Branches), Named(Tags, names.Tags));

    /// <summary>What a branch, a tag or a full id names, in this order; a full id may be of something that the repository doesn't have.</summary>
    public string? IdOf(string reference) =>
        Branches.GetValueOrDefault(reference) ?? Tags.GetValueOrDefault(reference) ?? (IsFullId(reference) ? reference : null);

    /// <summary>A page in ordinal order; it goes on behind the last name of the page before.</summary>
    public static GitPage<GitRef> Page(IReadOnlyDictionary<string, string> refs, GitPageRequest page)
    {
        var rest = refs.Where(found => page.Continuation is null || string.CompareOrdinal(found.Key, page.Continuation) > 0)
            .OrderBy(found => found.Key, StringComparer.Ordinal).Take(page.Limit + 1).Select(found => new GitRef(found.Key, found.Value)).ToList();
        return rest.Count <= page.Limit ? new GitPage<GitRef>(rest, null) : new GitPage<GitRef>(rest[..page.Limit], rest[page.Limit - 1].Name);
    }

    private static Dictionary<string, string> Named(IReadOnlyDictionary<string, string> refs, IReadOnlyCollection<string> names) =>
        names.Where(refs.ContainsKey).Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => refs[name], StringComparer.Ordinal);
}
