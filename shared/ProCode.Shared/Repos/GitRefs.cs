namespace ProCode.Repos;

/// <summary>Which branches and tags are asked for, by short names (<c>main</c>, <c>v1.0.0</c>).</summary>
public sealed record GitRefNames(IReadOnlyCollection<string> Branches, IReadOnlyCollection<string> Tags);

/// <summary>Branches and tags by short names; values are the full hexadecimal ids of commits, annotated tags peeled.</summary>
public sealed record GitRefs(IReadOnlyDictionary<string, string> Branches, IReadOnlyDictionary<string, string> Tags);

/// <summary>A branch or tag and the full id of its commit.</summary>
public sealed record GitRef(string Name, string CommitId);
