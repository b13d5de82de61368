using ProCode.Repos;

namespace ProCode.Tests.Repos.GitHub;

public sealed class GitHubWebhookTests
{
    private const string Url = "https://procode.example/hooks/github/1";
    private static readonly GitWebhookOrder Order = new(Url, "s3cret+", [GitWebhookEvent.PUSH, GitWebhookEvent.TAG_PUSH]);

    [Fact]
    public async Task CreateWebhookAsync_New_HasUrlSecretAndPush()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /hooks", Hook(7, Url, status: 201));

        Assert.Equal("7", (await github.Host.CreateWebhookAsync(github.Remote, Order, default)).Value);

        var body = Assert.Single(github.Server.Requests).Json;
        Assert.Equal(("web", true, "push"), ((string?)body["name"], (bool)body["active"]!, (string?)body["events"]![0]));
        var config = body["config"]!;
        Assert.Equal((Url, "json", "s3cret+", "0"), ((string?)config["url"], (string?)config["content_type"], (string?)config["secret"], (string?)config["insecure_ssl"]));
    }

    [Fact]
    public async Task CreateWebhookAsync_AnswerGotLost_IsSentOnceAndFoundNextTime()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /hooks", Hook(7, Url, status: 201).BrokenOff(), GitHubFixture.Refusal("Hook already exists on this repository"))
            .On("GET /hooks?per_page=100&page=1", Hooks((5, "https://other.example")).With("Link", """<x>; rel="next" """)).On("GET /hooks?per_page=100&page=2", Hooks((7, Url)))
            .On("PATCH /hooks/7", Hook(7, Url));

        Assert.Equal(GitErrors.HostUnavailable, (await github.Host.CreateWebhookAsync(github.Remote, Order, default)).Error!.Code);
        Assert.Equal(1, github.CountOf("POST /hooks"));

        Assert.Equal("7", (await github.Host.CreateWebhookAsync(github.Remote, Order, default)).Value);
        Assert.Equal("s3cret+", (string?)github.Server.Requests[^1].Json["config"]!["secret"]);
    }

    [Fact]
    public async Task CreateWebhookAsync_Refused_SaysWhyWithoutTheSecret()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("POST /hooks", GitHubFixture.Refusal("url can't be reached, secret was s3cret+")).On("GET /hooks", Hooks());

        var error = (await github.Host.CreateWebhookAsync(github.Remote, Order, default)).Error!;

        Assert.Equal(GitErrors.RequestRefused, error.Code);
        Assert.Contains("url can't be reached", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "GIT_ACCESS_DENIED")]
    [InlineData(false, "GIT_REPO_UNREACHABLE")]
    public async Task Webhooks_NotFound_IsARightThatIsMissingOrTheRepository(bool isShown, string code)
    {
        await using var github = await GitHubFixture.StartWithAsync(isShown ? GitHubFixture.Repository : GitHubFixture.NotFound);
        foreach (var request in new[] { "GET /hooks", "POST /hooks", "PATCH /hooks/7", "DELETE /hooks/7" }) github.On(request, GitHubFixture.NotFound);

        Assert.Equal(code, (await github.Host.ListWebhooksAsync(github.Remote, new GitPageRequest(10), default)).Error!.Code.Name);
        Assert.Equal(code, (await github.Host.CreateWebhookAsync(github.Remote, Order, default)).Error!.Code.Name);
        Assert.Equal(code, (await github.Host.UpdateWebhookAsync(github.Remote, "7", Order, default)).Error!.Code.Name);

        // Never "it is gone, fine" when it only can't be seen.
        Assert.Equal(code, (await github.Host.DeleteWebhookAsync(github.Remote, "7", default)).Error!.Code.Name);
    }

    [Fact]
    public async Task UpdateWebhookAsync_Gone_IsWebhookNotFound()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("PATCH /hooks/7", GitHubFixture.NotFound).On("GET /hooks", Hooks((5, Url)));

        Assert.Equal(GitErrors.WebhookNotFound, (await github.Host.UpdateWebhookAsync(github.Remote, "7", Order, default)).Error!.Code);
        Assert.Equal(GitErrors.WebhookNotFound, (await github.Host.UpdateWebhookAsync(github.Remote, "../../7", Order, default)).Error!.Code);
    }

    [Fact]
    public async Task UpdateWebhookAsync_There_ReplacesAddressSecretAndEvents()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("PATCH /hooks/7", Hook(7, Url));

        Assert.True((await github.Host.UpdateWebhookAsync(github.Remote, "7", Order, default)).Succeeded);

        Assert.Equal(Url, (string?)Assert.Single(github.Server.Requests).Json["config"]!["url"]);
    }

    [Fact]
    public async Task DeleteWebhookAsync_ThereOrGone_IsFine()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("DELETE /hooks/7", ScriptedAnswer.Nothing(204), GitHubFixture.NotFound).On("GET /hooks", Hooks());

        Assert.True((await github.Host.DeleteWebhookAsync(github.Remote, "7", default)).Succeeded);
        Assert.True((await github.Host.DeleteWebhookAsync(github.Remote, "7", default)).Succeeded);
        Assert.True((await github.Host.DeleteWebhookAsync(github.Remote, "not a number", default)).Succeeded);
    }

    [Fact]
    public async Task ListWebhooksAsync_AllKinds_AreTold()
    {
        await using var github = await GitHubFixture.StartAsync();
        github.On("GET /hooks?per_page=20&page=1", ScriptedAnswer.Json(
            """[{"id":1,"events":["push","ping"],"config":{"url":"https://a"}},{"id":2,"events":["*"],"config":{"url":"https://b"}},{"id":3,"events":["issues"],"config":{}}]"""));

        var page = (await github.Host.ListWebhooksAsync(github.Remote, new GitPageRequest(20), default)).Value;

        Assert.Equal([("1", "https://a", 2), ("2", "https://b", 2), ("3", "", 0)], page.Items.Select(hook => (hook.Id, hook.Url, hook.Events.Count)));
        Assert.Null(page.Continuation);
    }

    private static object HookOf(int id, string url) => new { id, events = new[] { "push" }, config = new { url } };

    private static ScriptedAnswer Hook(int id, string url, int status = 200) => ScriptedAnswer.Json(HookOf(id, url), status);

    private static ScriptedAnswer Hooks(params (int Id, string Url)[] hooks) => ScriptedAnswer.Json(hooks.Select(hook => HookOf(hook.Id, hook.Url)));
}
