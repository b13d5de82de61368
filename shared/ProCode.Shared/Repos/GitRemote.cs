namespace ProCode.Repos;

/// <summary>Where a repository is, on which kind of host, and how to be let in. <paramref name="Url"/> is http(s) without user info.</summary>
public sealed record GitRemote(string Url, GitCredential? Credential, GitType Type = GitType.Git);
