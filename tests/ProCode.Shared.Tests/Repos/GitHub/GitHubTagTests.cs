using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubTagTests
{
    private static readonly string First = GitHubFixture.First;
    private static readonly string Second = GitHubFixture.Second;
    private static readonly string TagId = new('a', 40);

    [Fact]
    public async Task EnsureTagAsync_New_IsAnnotated()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.NotFound).On("POST /git/tags", GitHubFixture.Tag(TagId, First, status: 201))
            .On("POST /git/refs", GitHubFixture.Ref("tags/v1", TagId, "tag", 201));

        Assert.True((await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release \"1\"", default)).Succeeded);

        var (tag, reference) = (github.Server.Requests[1].Json, github.Server.Requests[2].Json);
        Assert.Equal(("v1", "Release \"1\"", First, "commit"), ((string?)tag["tag"], (string?)tag["message"], (string?)tag["object"], (string?)tag["type"]));
        Assert.Equal(("refs/tags/v1", TagId), ((string?)reference["ref"], (string?)reference["sha"]));
    }

    [Theory]
    [InlineData("commit")] // a light one, by whoever made it
    [InlineData("tag")]
    public async Task EnsureTagAsync_ThereOnTheCommit_ChangesNothing(string type)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.Ref("tags/v1", type == "tag" ? TagId : First, type)).On($"GET /git/tags/{TagId}", GitHubFixture.Tag(TagId, First));

        Assert.True((await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Succeeded);

        Assert.All(github.Server.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("tree")]
    public async Task EnsureTagAsync_ThereOnSomethingElse_IsTagExists(string type)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.Ref("tags/v1", type == "tree" ? First : Second, type));

        Assert.Equal(GitErrors.TagExists, (await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Error!.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnsureTagAsync_SomebodyElseWasFaster_DependsOnTheirCommit(bool sameCommit)
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.NotFound, GitHubFixture.Ref("tags/v1", sameCommit ? First : Second))
            .On("POST /git/tags", GitHubFixture.Tag(TagId, First, status: 201)).On("POST /git/refs", GitHubFixture.Refusal("Reference already exists"));

        var done = await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default);

        Assert.Equal(sameCommit ? null : GitErrors.TagExists, done.Error?.Code);
    }

    [Fact]
    public async Task EnsureTagAsync_TenCallersAtOnce_MakeOneTag()
    {
        await using var github = await GitHubFixture.StartAsync();
        var (gate, standing, made, objects) = (new Lock(), (string?)null, 0, 0);
        github.On("GET /git/ref/tags%2Fv1", _ => standing is null ? GitHubFixture.NotFound : GitHubFixture.Ref("tags/v1", standing, "tag"))
            .On("POST /git/tags", _ => GitHubFixture.Tag($"{Interlocked.Increment(ref objects):x40}", First, status: 201))
            .On("POST /git/refs", request =>
            {
                lock (gate)
                {
                    if (standing is not null) return GitHubFixture.Refusal("Reference already exists");
                    (standing, made) = ((string)request.Json["sha"]!, made + 1);
                    return GitHubFixture.Ref("tags/v1", standing, "tag", 201);
                }
            });
        for (var id = 1; id <= 10; id++) github.On($"GET /git/tags/{id:x40}", GitHubFixture.Tag($"{id:x40}", First));

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)));

        Assert.All(results, result => Assert.True(result.Succeeded, result.Error?.Message));
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task EnsureTagAsync_UnknownCommit_IsRefNotFoundAndMakesNoName()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.NotFound).On("POST /git/tags", GitHubFixture.Refusal("Could not verify object"))
            .On($"GET /git/commits/{First}", GitHubFixture.NotFound);

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Error!.Code);
    }

    [Fact]
    public async Task EnsureTagAsync_EmptyRepository_IsRefNotFound()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.Empty).On("POST /git/tags", GitHubFixture.Empty);

        Assert.Equal(GitErrors.RefNotFound, (await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Error!.Code);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task EnsureTagAsync_MayOnlyRead_IsAccessDenied(int status)
    {
        await using var github = await GitHubFixture.StartWithAsync(GitHubFixture.Repository);
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.NotFound)
            .On("POST /git/tags", ScriptedAnswer.Json(new { message = "Resource not accessible by personal access token" }, status));

        Assert.Equal(GitErrors.AccessDenied, (await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Error!.Code);
    }

    [Fact]
    public async Task EnsureTagAsync_TagNamesATagForEver_IsNoCommit()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /git/ref/tags%2Fv1", GitHubFixture.Ref("tags/v1", TagId, "tag")).On($"GET /git/tags/{TagId}", GitHubFixture.Tag(TagId, TagId, "tag"));

        Assert.Equal(GitErrors.TagExists, (await github.Host.EnsureTagAsync(github.Remote, "v1", First, "Release", default)).Error!.Code);
    }

    [Fact]
    public async Task EnsureTagAsync_NotATagName_IsInvalid()
    {
        await using var github = await GitHubFixture.StartAsync();

        Assert.Equal(ErrorKind.Invalid, (await github.Host.EnsureTagAsync(github.Remote, "v1:refs/heads/main", First, "Release", default)).Error!.Kind);
    }
}
