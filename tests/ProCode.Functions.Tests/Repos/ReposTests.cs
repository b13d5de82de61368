using System.Net;
using System.Text.Json;
using ProCode.Dev;
using ProCode.Dev.Api;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Repos;

public sealed class ReposTests(SharedStack stack)
{
    [Fact]
    public async Task GetRepo_OfANewApp_TellsAddressAndWebhookButNoSecret()
    {
        var (app, url) = await AppAsync();
        var repoId = app.GetProperty("repoId").GetInt64();

        var repo = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{repoId}");
        var webhook = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{repoId}/webhook");

        Assert.Equal((url, "git", "MANUAL"), (Text(repo, "externalGitUrl"), Text(repo, "gitType"), Text(repo, "webhookState")));
        Assert.EndsWith($"/api/v1/hooks/git/{repoId}", Text(webhook, "url"), StringComparison.Ordinal);
        Assert.False(webhook.Data.TryGetProperty("lastDelivery", out _));
        Assert.Equal(["PUSH", "TAG_PUSH"], webhook.Data.GetProperty("events").EnumerateArray().Select(name => name.GetString()!));
        Assert.DoesNotContain("whsec_", repo.Body + webhook.Body, StringComparison.Ordinal);
        Assert.NotNull(repo.ETag);
    }

    [Fact]
    public async Task RotateWebhook_OfAPlainGitServer_ShowsTheSecretOnce()
    {
        var repoId = (await AppAsync()).App.GetProperty("repoId").GetInt64();

        var first = await stack.Client.SendAsync(HttpMethod.Post, $"repos/{repoId}/webhook/rotate");
        var second = await stack.Client.SendAsync(HttpMethod.Post, $"repos/{repoId}/webhook/rotate");

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.StartsWith("whsec_", Text(first, "secret"), StringComparison.Ordinal);
        Assert.NotEqual(Text(first, "secret"), Text(second, "secret"));
        Assert.True(second.Data.TryGetProperty("oldSecretGoodUntil", out _));
        Assert.DoesNotContain("whsec_", (await stack.Client.SendAsync(HttpMethod.Get, $"repos/{repoId}/webhook")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectRepo_ToAnAppThatHasOne_Is409()
    {
        var (app, url) = await AppAsync();

        var answer = await stack.Client.SendAsync(HttpMethod.Post, "repos", new { appId = app.GetProperty("id").GetInt64(), externalGitUrl = url, gitType = "git" });

        Assert.Equal((HttpStatusCode.Conflict, 1020, "APP_HAS_REPO"), (answer.Status, answer.Code, answer.Error));
    }

    [Fact]
    public async Task ConnectRepo_ToALowCodeApp_Is1004()
    {
        var low = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("low"), devMode = "low-code" });

        var answer = await stack.Client.SendAsync(
            HttpMethod.Post, "repos", new { appId = low.Data.GetProperty("id").GetInt64(), externalGitUrl = "https://git.example.com/a.git" });

        Assert.Equal((HttpStatusCode.Conflict, 1004, "DEV_MODE_FIXED"), (answer.Status, answer.Code, answer.Error));
    }

    [Theory]
    [InlineData("{}", "appId")]
    [InlineData("""{"appId":1}""", "externalGitUrl")]
    [InlineData("""{"appId":1,"externalGitUrl":"https://x/y","gitType":"svn"}""", "gitType")]
    [InlineData("""{"appId":1,"externalGitUrl":"https://x/y","credentialId":"x"}""", "credentialId")]
    public async Task ConnectRepo_AWrongField_IsNamed(string body, string field)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "repos", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(field, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListBranchesAndTags_InPages_GiveEachOnce()
    {
        var (app, url) = await AppAsync();
        var name = NameOf(url);
        foreach (var branch in new[] { "feature/a", "feature/b", "zeta" }) await stack.Git.CommitAsync(name, [new GitFile("main.py", $"print('{branch}')")], branch);

        var found = new List<string>();
        string? continuation = null;
        do
        {
            var page = await stack.Client.SendAsync(
                HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/branches?limit=3{(continuation is null ? "" : $"&continuation={continuation}")}");
            Assert.False(page.Data.GetProperty("stale").GetBoolean());
            found.AddRange(Names(page));
            continuation = page.Data.TryGetProperty("continuation", out var next) ? next.GetString() : null;
        }
        while (continuation is not null);

        Assert.Equal(["feature/a", "feature/b", "main", "zeta"], found);
        Assert.Empty(Names(await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/tags")));
    }

    [Fact]
    public async Task ListBranches_AContinuationOfTheTags_Is400()
    {
        var (app, url) = await AppAsync();
        await stack.Git.CommitAsync(NameOf(url), [new GitFile("main.py", "x = 1")], "other");
        var page = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/branches?limit=1");

        var answer = await stack.Client.SendAsync(
            HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/tags?limit=1&continuation={page.Data.GetProperty("continuation").GetString()}");

        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("repos/999999")]
    [InlineData("repos/999999/webhook")]
    [InlineData("repos/999999/branches")]
    [InlineData("repos/999999/tags")]
    [InlineData("repos/999999/commits/main")]
    public async Task Get_OfAnUnknownRepository_Is404(string path)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.NotFound, 40401), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task GetWebIde_OfAPlainGitServer_TellsHowToWorkLocally()
    {
        var (app, url) = await AppAsync();

        var answer = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/webide");

        Assert.False(answer.Data.GetProperty("available").GetBoolean());
        Assert.EndsWith($"git clone --branch 'main' '{url}'", Text(answer, "hint"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/webide?branch=a..b")).Status);
    }

    [Fact]
    public async Task GetWebIde_TheGitServerIsSilent_AnswersAllTheSame()
    {
        using var folder = new TestFolder();
        await using var git = await GitServer.StartAsync(folder["git"], TestStack.GitUsername, stack.Stack.GitPassword, CancellationToken.None);
        var (app, _) = await AppAsync(git);
        git.Delay = TimeSpan.FromSeconds(20);

        var asked = TimeProvider.System.GetTimestamp();
        var answer = await stack.Client.SendAsync(HttpMethod.Get, $"repos/{app.GetProperty("repoId")}/webide");

        Assert.Contains("git clone", Text(answer, "hint"), StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Endpoints_WithoutAKey_Are401()
    {
        using var nobody = stack.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.SendAsync(HttpMethod.Get, "repos/1/branches")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.SendAsync(HttpMethod.Post, "repos/1/webhook/rotate")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.SendAsync(HttpMethod.Post, "repos", new { appId = 1 })).Status);
    }

    [Fact]
    public async Task Reads_AfterTheGitServerIsKilled_GiveTheLastKnownAnswer()
    {
        using var folder = new TestFolder();
        await using var git = await GitServer.StartAsync(folder["git"], TestStack.GitUsername, stack.Stack.GitPassword, CancellationToken.None);
        var (app, url) = await AppAsync(git);
        var commit = await git.CommitAsync(NameOf(url), [new GitFile("main.py", "x = 1")], "feature/a");
        var repo = $"repos/{app.GetProperty("repoId")}";
        var live = await stack.Client.SendAsync(HttpMethod.Get, $"{repo}/commits/feature/a");
        Assert.Equal((commit, false), (Text(live, "id"), live.Data.GetProperty("stale").GetBoolean()));
        await stack.Client.SendAsync(HttpMethod.Get, $"{repo}/branches");

        await git.DisposeAsync();

        var branches = await stack.Client.SendAsync(HttpMethod.Get, $"{repo}/branches");
        Assert.Equal((HttpStatusCode.OK, true), (branches.Status, branches.Data.GetProperty("stale").GetBoolean()));
        Assert.Equal(["feature/a", "main"], Names(branches));
        var now = TimeProvider.System.GetUtcNow();
        Assert.InRange(branches.Data.GetProperty("asOf").GetDateTimeOffset(), now.AddMinutes(-5), now);
        var last = await stack.Client.SendAsync(HttpMethod.Get, $"{repo}/commits/feature%2Fa");
        Assert.Equal((commit, true), (Text(last, "id"), last.Data.GetProperty("stale").GetBoolean()));

        // What was never asked is not known.
        var unknown = await stack.Client.SendAsync(HttpMethod.Get, $"{repo}/tags");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GIT_HOST_UNREACHABLE"), (unknown.Status, unknown.Error));
        Assert.NotNull(unknown.Headers.RetryAfter);
    }

    [Fact]
    public async Task PutProCodeConfig_AnotherRepository_KeepsTheRepoIdAndChangesTheRest()
    {
        var (app, _) = await AppAsync();
        var (id, repoId) = (app.GetProperty("id").GetInt64(), app.GetProperty("repoId").GetInt64());
        var name = TestStack.NewName("other");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var url = stack.Git.UrlOf(name);

        var body = new { gitRepoUrl = url, credentialId = app.GetProperty("credentialId").GetString() };
        var put = await stack.Client.SendAsync(HttpMethod.Put, $"apps/{id}/procode-config", body);
        var read = await stack.Client.SendAsync(HttpMethod.Get, $"apps/{id}/procode-config");

        Assert.Equal((HttpStatusCode.OK, id, url), (put.Status, put.Data.GetProperty("appId").GetInt64(), Text(put, "gitRepoUrl")));
        Assert.EndsWith($"/api/v1/hooks/git/{repoId}", Text(put, "webhookUrl"), StringComparison.Ordinal);
        Assert.Equal((url, "git", repoId), (Text(read, "gitRepoUrl"), Text(read, "gitType"), read.Data.GetProperty("repoId").GetInt64()));
    }

    [Fact]
    public async Task PutProCodeConfig_ARepositoryThatIsNotThere_Is1003AndChangesNothing()
    {
        var (app, url) = await AppAsync();
        var path = $"apps/{app.GetProperty("id")}/procode-config";

        var put = await stack.Client.SendAsync(
            HttpMethod.Put, path, new { gitRepoUrl = stack.Git.UrlOf("no-such-repository"), credentialId = app.GetProperty("credentialId").GetString() });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, 1003), (put.Status, put.Code));
        Assert.Equal(url, Text(await stack.Client.SendAsync(HttpMethod.Get, path), "gitRepoUrl"));
    }

    [Fact]
    public async Task PutProCodeConfig_OfALowCodeApp_Is1004()
    {
        var low = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("low"), devMode = "low-code" });

        var put = await stack.Client.SendAsync(
            HttpMethod.Put, $"apps/{low.Data.GetProperty("id")}/procode-config", new { gitRepoUrl = "https://git.example.com/a.git", credentialId = "1" });

        Assert.Equal((HttpStatusCode.Conflict, 1004), (put.Status, put.Code));
    }

    [Theory]
    [InlineData("{}", "gitRepoUrl")]
    [InlineData("""{"gitRepoUrl":"https://x/y.git"}""", "credentialId")]
    [InlineData("""{"gitRepoUrl":"https://x/y.git","credentialId":"1","devMode":"low-code"}""", "devMode")]
    public async Task PutProCodeConfig_AWrongField_IsNamed(string body, string field)
    {
        var put = await stack.Client.SendAsync(HttpMethod.Put, "apps/1/procode-config", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, put.Status);
        Assert.Contains(field, put.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateApp_WithAScaffoldAndAnEmptyRepository_BeginsWithIt()
    {
        var name = TestStack.NewName("scaffold");
        await stack.Git.CreateRepositoryAsync(name, new Dictionary<string, string>(), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, stack.Stack.GitPassword);

        var created = await stack.Client.SendAsync(HttpMethod.Post, "apps", Order(name, stack.Git.UrlOf(name), credential.Id, "python-agent"));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var setup = await SetUpAsync(created.Data.GetProperty("id").GetInt64());

        Assert.Equal("DONE", setup.GetProperty("status").GetString());
        Assert.Equal(["MANUAL", "DONE"], setup.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()!));
        Assert.Equal(1, stack.Git.PushCount(name));
        var iteration = await stack.Client.CreateIterationAsync(created.Data.GetProperty("id").GetInt64(), "first");
        Assert.Equal(iteration.Id, (await stack.Client.ReleaseAsync(iteration.Id, "v1.0.0")).IterationId);
    }

    [Fact]
    public async Task CreateApp_WithAScaffoldAndAFullRepository_LeavesItAloneAndSaysSo()
    {
        var name = TestStack.NewName("full");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, stack.Stack.GitPassword);

        var created = await stack.Client.SendAsync(HttpMethod.Post, "apps", Order(name, stack.Git.UrlOf(name), credential.Id, "python-agent"));
        var setup = await SetUpAsync(created.Data.GetProperty("id").GetInt64());

        Assert.Equal("DONE", setup.GetProperty("status").GetString());
        var scaffold = setup.GetProperty("steps")[1];
        Assert.Equal("SKIPPED", scaffold.GetProperty("status").GetString());
        Assert.Contains("not empty", scaffold.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, stack.Git.PushCount(name));
    }

    [Theory]
    [InlineData("git.example.com", false)]
    [InlineData(null, true)]
    public async Task CreateApp_ACredentialThatIsBoundToAServer_OpensThatOneOnly(string? server, bool opens)
    {
        var name = TestStack.NewName("bound");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var url = stack.Git.UrlOf(name);
        var credential = await stack.Client.SendAsync(HttpMethod.Post, "credentials", new
        {
            name,
            kind = "basic",
            username = TestStack.GitUsername,
            password = stack.Stack.GitPassword,
            server = server ?? new Uri(url).Authority,
        });

        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", Order(name, url, credential.Data.GetProperty("id").GetString()));

        Assert.Equal(opens ? HttpStatusCode.Created : HttpStatusCode.BadRequest, answer.Status);
        if (!opens) Assert.Contains("credentialId", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateApp_AScaffoldThatIsNotThere_IsNamed()
    {
        var order = Order(TestStack.NewName("scaffold"), "https://git.example.com/a.git", null, "no-such-scaffold");
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", order);
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
        Assert.Contains("scaffoldTemplate", answer.Body, StringComparison.Ordinal);
    }

    private static object Order(string name, string gitRepoUrl, string? credentialId, string? scaffoldTemplate = null) =>
        new { name, devMode = "pro-code", techStack = "python", gitRepoUrl, gitType = "git", credentialId, scaffoldTemplate };

    private static string Text(ApiAnswer answer, string field) => answer.Data.GetProperty(field).GetString()!;

    private static IEnumerable<string> Names(ApiAnswer answer) =>
        answer.Data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!);

    private static string NameOf(string url) => Path.GetFileNameWithoutExtension(new Uri(url).AbsolutePath);

    private async Task<JsonElement> SetUpAsync(long appId)
    {
        JsonElement setup = default;
        await WaitFor.Async(async () =>
        {
            setup = (await stack.Client.SendAsync(HttpMethod.Get, $"apps/{appId}")).Data.GetProperty("setup");
            return setup.GetProperty("status").GetString() != "RUNNING";
        });
        return setup;
    }

    private async Task<(JsonElement App, string Url)> AppAsync(GitServer? git = null)
    {
        git ??= stack.Git;
        var name = TestStack.NewName("agent");
        await git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, stack.Stack.GitPassword);
        var created = await stack.Client.SendAsync(HttpMethod.Post, "apps", Order(name, git.UrlOf(name), credential.Id));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        return (created.Data, git.UrlOf(name));
    }
}
