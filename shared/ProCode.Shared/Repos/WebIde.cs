using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace ProCode.Repos;

/// <summary>Where a repository can be edited in a browser. <paramref name="Hint"/> tells how to work locally when there is no such place, or it is away
/// (seed 001, section 6.1).</summary>
public sealed record WebIdeLink(Uri? Url, bool Available, string? Hint);

/// <summary>
/// Finds the web IDE of a repository: GitLab's own, github.dev for github.com, and the configured one (<see cref="GitOptions.WebIdeUrlTemplate"/>, a code-server
/// say) for every other host. Whether it answers is asked within 2 s, without any credential, and remembered for a minute.
/// </summary>
public sealed class WebIde(HttpClient http, Outbound.OutboundUrls urls, RepoReader reader, IOptions<GitOptions> options, TimeProvider time)
{
    private const int Remembered = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (bool Answers, DateTimeOffset AsOf)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The place for a branch; for the default branch when none is named.</summary>
    public async Task<WebIdeLink> FindAsync(Repo repo, string? branch, CancellationToken cancellation)
    {
        branch ??= await DefaultBranchAsync(repo, cancellation) ?? "main";
        if (UrlOf(repo, branch) is not { } url)
            return new WebIdeLink(null, Available: false, $"There is no web IDE for this git host. Work locally: {CloneCommand(repo, branch)}");
        return await AnswersAsync(url, cancellation)
            ? new WebIdeLink(url, Available: true, Hint: null)
            : new WebIdeLink(url, Available: false, $"The web IDE does not answer now. Work locally: {CloneCommand(repo, branch)}");
    }

    private async Task<string?> DefaultBranchAsync(Repo repo, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return (await reader.GetRepositoryAsync(repo, either.Token)).TryGet(out var found, out _) ? found.Value.DefaultBranch : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private Uri? UrlOf(Repo repo, string branch)
    {
        var host = new Uri(repo.Url);
        var path = Escaped(GitProjectPath.Of(repo.Url));
        if (repo.GitType == GitType.GitLab) return new Uri(host, $"/-/ide/project/{path}/edit/{Escaped(branch)}/-/");
        if (repo.GitType == GitType.GitHub && host.Host == "github.com") return new Uri($"https://github.dev/{path}/tree/{Escaped(branch)}");
        return options.Value.WebIdeUrlTemplate is { Length: > 0 } template
            ? new Uri(template.Replace("{url}", Uri.EscapeDataString(repo.Url), StringComparison.Ordinal)
                .Replace("{path}", path, StringComparison.Ordinal).Replace("{branch}", Uri.EscapeDataString(branch), StringComparison.Ordinal))
            : null;
    }

    private async Task<bool> AnswersAsync(Uri url, CancellationToken cancellation)
    {
        var server = url.GetLeftPart(UriPartial.Authority);
        var now = time.GetUtcNow();
        if (_known.TryGetValue(server, out var known) && now - known.AsOf < Fresh) return known.Answers;
        var answers = await AskAsync(url, cancellation);
        if (_known.Count > Remembered) _known.Clear();
        _known[server] = (answers, now);
        return answers;
    }

    // To somebody who isn't signed in it may well answer with a sign-in page; that is an answer.
    private async Task<bool> AskAsync(Uri url, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (!(await urls.CheckAsync(url.AbsoluteUri, either.Token)).Succeeded) return false;
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (int)response.StatusCode < 500;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    // For a shell, whatever the branch is called: git forbids most of what a shell would take for its own, but not all.
    private static string CloneCommand(Repo repo, string branch) => $"git clone --branch {Quoted(branch)} {Quoted(repo.Url)}";

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
