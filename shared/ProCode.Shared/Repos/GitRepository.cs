namespace ProCode.Repos;

/// <summary>A repository that answers. <paramref name="DefaultBranch"/> is null when the host names none, as for an empty repository.</summary>
public sealed record GitRepository(string? DefaultBranch, bool IsEmpty);
