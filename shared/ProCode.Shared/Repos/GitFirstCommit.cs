namespace ProCode.Repos;

/// <summary>The first commit of a repository: paths with forward slashes, and what is in the files.</summary>
public sealed record GitFirstCommit(string Branch, string Message, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);
