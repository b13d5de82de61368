using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Tests.Repos.PlainGit;

namespace ProCode.Tests.Repos.GitHub;

/// <summary>The repository itself, its address and its lists.</summary>
public sealed class GitHubRepositoryTests
{
    private static readonly string First = GitHubFixture.First;
    private static readonly ScriptedAnswer Nothing = ScriptedAnswer.Json("[]");

    [Fact]
    public async Task GetRepositoryAsync_WithABranch_SendsWhatGitHubWants()
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);
        github.On("GET /branches", Named("main"));

        Assert.Equal(new GitRepository("main", IsEmpty: false), (await github.Host.GetRepositoryAsync(github.Remote, default)).Value);

        Assert.All(github.Server.Requests, request =>
        {
            Assert.Equal("application/vnd.github+json", request.Header("Accept"));
            Assert.Equal("2022-11-28", request.Header("X-GitHub-Api-Version"));
            Assert.Equal("Bearer the-token", request.Header("Authorization"));
        });
    }

    [Fact]
    public async Task GetRepositoryAsync_WithoutCredential_SendsNone()
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);
        github.On("GET /branches", Named("main"));

        Assert.True((await github.Host.GetRepositoryAsync(github.Remote with { Credential = null }, default)).Succeeded);

        Assert.All(github.Server.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(409)]
    public async Task GetRepositoryAsync_WithoutBranchAndTag_IsEmptyAndNamesNoBranch(int status)
    {
        await using var github = await GitHubFixture.StartWithAsync(ScriptedAnswer.Json(new { default_branch = "main", size = 120 }));
        var nothing = status == 200 ? Nothing : GitHubFixture.Empty;
        github.On("GET /branches", nothing).On("GET /tags", nothing);

        Assert.Equal(new GitRepository(null, IsEmpty: true), (await github.Host.GetRepositoryAsync(github.Remote, default)).Value);
    }

    [Fact]
    public async Task GetRepositoryAsync_OnlyATag_IsNotEmpty()
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);
        github.On("GET /branches", Nothing).On("GET /tags", Named("v1"));

        Assert.False((await github.Host.GetRepositoryAsync(github.Remote, default)).Value.IsEmpty);
    }

    [Fact]
    public async Task GetRepositoryAsync_Renamed_IsFound()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET ", ScriptedAnswer.Nothing(301).With("Location", "/api/v3/repositories/7"))
            .On("GET /branches", ScriptedAnswer.Nothing(301).With("Location", "/api/v3/repositories/7/branches"));
        github.Server.On("GET /api/v3/repositories/7", GitHubFixture.Repository).On("GET /api/v3/repositories/7/branches", Named("main"));

        Assert.Equal("main", (await github.Host.GetRepositoryAsync(github.Remote, default)).Value.DefaultBranch);
    }

    [Theory]
    [InlineData(404, "GIT_REPO_UNREACHABLE")]
    [InlineData(401, "GIT_ACCESS_DENIED")]
    [InlineData(403, "GIT_ACCESS_DENIED")]
    [InlineData(451, "GIT_REQUEST_REFUSED")]
    public async Task GetRepositoryAsync_Refused_SaysWhy(int status, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(ScriptedAnswer.Json(new { message = "Not for you" }, status));

        Assert.Equal(code, (await github.Host.GetRepositoryAsync(github.Remote, default)).Error!.Code.Name);
    }

    [Fact]
    public async Task GetRepositoryAsync_NotGitHub_IsUnreachable()
    {
        await using var github = await GitHubFixture.StartWithAsync(ScriptedAnswer.Text("<html>Welcome</html>"));

        Assert.Equal(GitErrors.RepositoryUnreachable, (await github.Host.GetRepositoryAsync(github.Remote, default)).Error!.Code);
    }

    [Theory]
    [InlineData("https://github.com/only-an-owner")]
    [InlineData("https://github.com/owner/repo/tree/main")]
    [InlineData("https://github.com/")]
    [InlineData("https://github.com/owner%2Frepo/x")]
    public async Task GetRepositoryAsync_AddressOfNoRepository_IsUnreachableWithoutACall(string url)
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(GitErrors.RepositoryUnreachable, (await github.Host.GetRepositoryAsync(new GitRemote(url, null, GitType.GitHub), default)).Error!.Code);
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("ssh://git@github.com/o/r.git")]
    public async Task GetRepositoryAsync_NoHttpAddress_IsRefused(string url)
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(OutboundErrors.UrlRefused, (await github.Host.GetRepositoryAsync(new GitRemote(url, null, GitType.GitHub), default)).Error!.Code);
    }

    [Theory]
    [InlineData("branches")]
    [InlineData("tags")]
    public async Task List_SeveralPages_AreGoneThrough(string what)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On($"GET /{what}?per_page=2&page=1", Named("a", "b").With("Link", """<https://x/?page=2>; rel="next", <https://x/?page=2>; rel="last" """))
            .On($"GET /{what}?per_page=2&page=2", Named("c").With("Link", """<https://x/?page=1>; rel="prev", <https://x/?page=1>; rel="first" """));
        var list = (GitPageRequest page) => what == "tags" ? github.Host.ListTagsAsync(github.Remote, page, default) : github.Host.ListBranchesAsync(github.Remote, page, default);

        var first = (await list(new GitPageRequest(2))).Value;
        var second = (await list(new GitPageRequest(50, first.Continuation))).Value; // in pages of the same length, or some would be left out

        Assert.Equal([new GitRef("a", First), new GitRef("b", First)], first.Items);
        Assert.Equal("2x2", first.Continuation);
        Assert.Equal(["c"], second.Items.Select(item => item.Name));
        Assert.Null(second.Continuation);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0x5")]
    [InlineData("2x5000")]
    [InlineData("-1x-1")]
    public async Task List_ContinuationThatIsNotOurs_IsTheFirstPage(string continuation)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /tags?per_page=100&page=1", Named("a"));

        Assert.Single((await github.Host.ListTagsAsync(github.Remote, new GitPageRequest(200, continuation), default)).Value.Items);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task List_EmptyOrMissingRepository_IsAnEmptyPageOrUnreachable(bool isEmpty, int errors)
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.NotFound);
        github.On("GET /branches", isEmpty ? GitHubFixture.Empty : GitHubFixture.NotFound);

        var page = await github.Host.ListBranchesAsync(github.Remote, new GitPageRequest(10), default);

        Assert.Equal(errors == 0 ? null : GitErrors.RepositoryUnreachable, page.Error?.Code);
    }

    [Fact]
    public async Task PushFirstCommitAsync_IsWhatPlainGitDoes()
    {
        await using var github = await GitHubFixture.StartAsync();
        var first = new GitFirstCommit("main", "First", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[] { 1 } });
        var remote = new GitRemote(github.Server.BaseUrl + "/o/r.git", null, GitType.GitHub);
        github.Server.On("GET /o/r.git/info/refs", ScriptedAnswer.Nothing(404));

        var plain = await GitServerFixture.NewHost().PushFirstCommitAsync(remote, first, default);

        Assert.Equal(plain.Error?.Message, (await github.Host.PushFirstCommitAsync(remote, first, default)).Error?.Message);
    }

    private static ScriptedAnswer Named(params string[] names) =>
        ScriptedAnswer.Json(names.Select(name => new { name, commit = new { sha = First, url = "https://x" } }));
}
