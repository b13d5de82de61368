using ProCode.Repos;
using ProCode.Repos.GitHub;
using ProCode.Repos.Sources;
using ProCode.Tests.Repos.Api;
using ProCode.Tests.Repos.PlainGit;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>A scripted GitHub Enterprise Server with the repository <c>o/r</c>, and a client of it. <c>On</c> and <c>CountOf</c> take requests
/// as <c>GET /branches</c>, below the repository.</summary>
internal sealed class GitHubFixture : IAsyncDisposable
{
    public const string Prefix = "/api/v3/repos/o/r";
    public static readonly string First = new('1', 40);
    public static readonly string Second = new('2', 40);

    private readonly GitApiFixture _api;

    private GitHubFixture(GitApiFixture api, SourceLimits sources)
    {
        _api = api;
        Host = new GitHubHost(api.Api, GitServerFixture.NewHost(), sources);
    }

    public GitHubHost Host { get; }

    public GitRemote Remote => _api.Remote;

    public ScriptedHttpServer Server => _api.Server;

    public static ScriptedAnswer NotFound { get; } = ScriptedAnswer.Json(new { message = "Not Found", documentation_url = "https://docs.github.com/rest" }, 404);

    public static ScriptedAnswer Empty { get; } = ScriptedAnswer.Json(new { message = "Git Repository is empty." }, 409);

    public static ScriptedAnswer Repository { get; } = ScriptedAnswer.Json(new { default_branch = "main", size = 0 });

    public static async Task<GitHubFixture> StartAsync(SourceLimits? sources = null, GitCallLimits? limits = null) =>
        new(await GitApiFixture.StartAsync(limits: limits), sources ?? new SourceLimits());

    /// <summary>A server on which the repository isn't shown, or is but nothing in it may be changed.</summary>
    public static async Task<GitHubFixture> StartWithAsync(ScriptedAnswer repository) => (await StartAsync()).On("GET ", repository);

    public static ScriptedAnswer Ref(string name, string sha, string type = "commit", int status = 200) =>
        ScriptedAnswer.Json(new { @ref = "refs/" + name, @object = new { type, sha } }, status);

    public static ScriptedAnswer Tag(string sha, string target, string type = "commit", int status = 200) =>
        ScriptedAnswer.Json(new { sha, @object = new { type, sha = target } }, status);

    public static ScriptedAnswer Commit(string sha) => ScriptedAnswer.Json(
        new { sha, message = "Change\n\nthe agent", author = new { name = "Mona", email = "m@example.com", date = "2026-02-01T10:00:00Z" }, parents = new[] { new { sha = First } } });

    public static ScriptedAnswer Refusal(string message) => ScriptedAnswer.Json(new { message, errors = new[] { new { resource = "X", code = "custom", message } } }, 422);

    public GitHubFixture On(string request, params ScriptedAnswer[] answers)
    {
        Server.On(Whole(request), answers);
        return this;
    }

    public GitHubFixture On(string request, Func<ScriptedRequest, ScriptedAnswer> answer)
    {
        Server.On(Whole(request), answer);
        return this;
    }

    public int CountOf(string request) => Server.CountOf(Whole(request));

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private static string Whole(string request) => request.Replace(" ", " " + Prefix, StringComparison.Ordinal);
}
