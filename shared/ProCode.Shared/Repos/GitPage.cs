namespace ProCode.Repos;

/// <summary>Asks a host for a page. <paramref name="Limit"/> is 1 to 200; hosts may give fewer and say how to go on.
/// <paramref name="Continuation"/> is what the page before said, null for the first.</summary>
public sealed record GitPageRequest(int Limit, string? Continuation = null);

/// <summary>A page of a host's list. <paramref name="Continuation"/> is null on the last one, and else at most 1,000 characters.</summary>
public sealed record GitPage<T>(IReadOnlyList<T> Items, string? Continuation);
