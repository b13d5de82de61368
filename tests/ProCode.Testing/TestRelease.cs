using ProCode.Dev.Api;

namespace ProCode.Testing;

/// <summary>An app with everything it needs to be released: repository, credential, app and iteration, each with names of their own.</summary>
/// <param name="Repository">The repository's name on <see cref="TestStack.Git"/>.</param>
/// <param name="CommitId">The commit on <c>main</c>.</param>
/// <param name="CredentialId">The stored credential.</param>
/// <param name="App">The app.</param>
/// <param name="Iteration">Its first iteration, DRAFT.</param>
public sealed record TestRelease(string Repository, string CommitId, string CredentialId, AppInfo App, IterationInfo Iteration);
