using System.Net;
using ProCode.Outbound;
using ProCode.Repos.Api;
using ProCode.Results;

namespace ProCode.Repos.GitHub;

/// <summary>
/// A repository as GitHub's REST API (2022-11-28) serves it, on github.com or an Enterprise Server. GitHub answers 404 to whatever the
/// credential may not see or do, so that a 404 is only understood after asking for the repository itself.
/// </summary>
internal sealed class GitHubRepository
{
    private readonly GitApi _api;
    private readonly string _root;
    private readonly KeyValuePair<string, string>[] _headers;

    private GitHubRepository(GitApi api, GitRemote remote, string api3, string owner, string name)
    {
        (_api, Remote, Owner) = (api, remote, owner);
        _root = $"{api3}/repos/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(name)}";
        _headers =
        [
            new("Accept", "application/vnd.github+json"),
            new("X-GitHub-Api-Version", "2022-11-28"),
        ];
        if (remote.Credential is { } credential) _headers = [.. _headers, new("Authorization", "Bearer " + credential.Password)];
    }

    public GitRemote Remote { get; }

    /// <summary>The user or organization that it belongs to.</summary>
    public string Owner { get; }

    /// <summary>The repository of a remote, if its address can be one of GitHub's.</summary>
    public static Result<GitHubRepository> Of(GitApi api, GitRemote remote)
    {
        if (!Uri.TryCreate(remote.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            return OutboundErrors.UrlRefused.With("Only http and https URLs are called.");
        return GitProjectPath.Of(remote.Url).Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name]
            ? new GitHubRepository(api, remote, ApiOf(url), owner, name)
            : GitErrors.RepositoryUnreachable.With(
                "The path of a repository on GitHub is owner/repository.", "gitRepoUrl", "not the address of a repository on GitHub");
    }

    /// <summary>Sends a request to the repository's part of the API. A POST is sent again only where <paramref name="repeatable"/> says so.</summary>
    public Task<Result<GitHubAnswer<T>>> SendAsync<T>(
        HttpMethod method, string path, object? body, CancellationToken cancellation, bool repeatable = false, string? secret = null)
        where T : class
    {
        var request = Request(method, path, body) with { IsRepeatable = repeatable || method != HttpMethod.Post, Secret = secret };
        return _api.SendAsync<GitHubAnswer<T>>(Remote, request, Understand<T>, cancellation);
    }

    /// <summary>Asks for something that may be missing.</summary>
    public Task<Result<GitHubAnswer<T>>> GetAsync<T>(string path, CancellationToken cancellation)
        where T : class => SendAsync<T>(HttpMethod.Get, path, body: null, cancellation);

    /// <summary>Downloads at most so many bytes; what isn't there is <see cref="GitErrors.RefNotFound"/>.</summary>
    public Task<Result<FileStream>> DownloadAsync(string path, long maxBytes, CancellationToken cancellation) => _api.DownloadAsync(
        Remote,
        Request(HttpMethod.Get, path, body: null),
        maxBytes,
        answer => GitHubAnswer.IsMissing(answer.Status) ? RefNotFound() : GitApi.Refusal(Remote, answer),
        cancellation);

    /// <summary>The repository itself.</summary>
    public async Task<Result<GitHubAnswers.Repository>> GetAsync(CancellationToken cancellation)
    {
        if (!(await GetAsync<GitHubAnswers.Repository>("", cancellation)).TryGet(out var answer, out var error)) return error;
        return answer.Value ?? (Result<GitHubAnswers.Repository>)GitErrors.RepositoryUnreachable.With(
            $"GitHub shows no repository at {Where}: there is none, or the credential may not see it.", "gitRepoUrl", "the git host answers HTTP 404");
    }

    /// <summary>What a 404 means if the repository is there; else that it isn't.</summary>
    public async Task<Error> MissingAsync(Error otherwise, CancellationToken cancellation) =>
        (await GetAsync(cancellation)).TryGet(out _, out var error) ? otherwise : error;

    /// <summary>What a 404 means for something that needs a right: a repository that can be read may not be changed.</summary>
    public Task<Error> DeniedAsync(string what, CancellationToken cancellation) =>
        MissingAsync(GitErrors.AccessDenied.With($"GitHub does not let the credential {what} {Where}."), cancellation);

    public Error RefNotFound(string? what = null) =>
        GitErrors.RefNotFound.With($"The repository has no {what ?? "such commit"}.");

    private string Where => new GitFailureContext(new Uri(Remote.Url), Remote.Credential).Where;

    private GitApiRequest Request(HttpMethod method, string path, object? body) => new(method, new Uri(_root + path), body) { Headers = _headers };

    private Result<GitHubAnswer<T>> Understand<T>(GitApiAnswer answer)
        where T : class
    {
        if (answer.IsSuccess)
        {
            var value = answer.Status == HttpStatusCode.NoContent ? null : answer.Read<T>();
            return new GitHubAnswer<T>(answer.Status, value, answer.Header("link")?.Contains("rel=\"next\"", StringComparison.Ordinal) == true, null);
        }

        var refusal = GitApi.Refusal(Remote, answer);
        return GitHubAnswer.IsMissing(answer.Status) ? new GitHubAnswer<T>(answer.Status, null, false, refusal) : refusal;
    }

    // GitHub Enterprise Server has its API on its own address, github.com on another (Enterprise Cloud with data residency too).
    private static string ApiOf(Uri url) => url.Host switch
    {
        "github.com" or "www.github.com" => "https://api.github.com",
        var host when host.EndsWith(".ghe.com", StringComparison.Ordinal) => "https://api." + host,
        _ => url.GetLeftPart(UriPartial.Authority) + "/api/v3",
    };
}
