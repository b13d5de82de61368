using System.Net;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>What GitHub answered: a value (null when there is nothing to say), or a refusal whose meaning depends on the request
/// (404 not found, 409 the repository is empty, 422 not possible).</summary>
internal sealed record GitHubAnswer<T>(HttpStatusCode Status, T? Value, bool HasNext, Error? Refusal)
    where T : class
{
    public bool IsNotFound => Status == HttpStatusCode.NotFound;

    /// <summary>"Git Repository is empty.": what git itself is asked for can't be there.</summary>
    public bool IsEmptyRepository => Status == HttpStatusCode.Conflict;
}

/// <summary>What is the same for answers of every type.</summary>
internal static class GitHubAnswer
{
    public static bool IsMissing(HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity;
}
