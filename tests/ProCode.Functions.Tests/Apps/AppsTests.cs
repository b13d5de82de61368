using System.Net;
using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Functions.Tests.Apps;

public sealed class AppsTests(SharedStack stack)
{
    [Fact]
    public async Task CreateApp_ProCode_CanBeReadAndListed()
    {
        var (name, url, credential) = await RepositoryAsync();
        var created = await stack.Client.CreateAppAsync(name, url, credential);

        var read = await stack.Client.SendAsync(HttpMethod.Get, $"apps/{created.Id}");
        Assert.Equal(
            ("pro-code", "python", url, "git", credential, 1L),
            (Text(read, "devMode"), Text(read, "techStack"), Text(read, "gitRepoUrl"), Text(read, "gitType"), Text(read, "credentialId"), read.Data.GetProperty("projectId").GetInt64()));

        var listed = await stack.Client.SendAsync(HttpMethod.Get, $"apps?techStack=python&name={name[..10].ToUpperInvariant()}");
        Assert.Contains(listed.Data.GetProperty("items").EnumerateArray(), app => app.GetProperty("id").GetInt64() == created.Id);
        var others = await stack.Client.SendAsync(HttpMethod.Get, $"apps?techStack=java&name={name}");
        Assert.Empty(others.Data.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task CreateApp_LowCode_NeedsNoRepository()
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("low"), devMode = "low-code" });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Fact]
    public async Task CreateApp_TheSameKeyTwice_IsOneApp()
    {
        var body = new { name = TestStack.NewName("key"), devMode = "low-code" };
        var key = Guid.NewGuid().ToString();
        var first = await stack.Client.SendAsync(HttpMethod.Post, "apps", body, request => request.Headers.Add("Idempotency-Key", key));
        var again = await stack.Client.SendAsync(HttpMethod.Post, "apps", body, request => request.Headers.Add("Idempotency-Key", key));
        Assert.Equal((HttpStatusCode.Created, first.Data.GetRawText()), (again.Status, again.Data.GetRawText()));

        var other = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = "x", devMode = "low-code" }, request => request.Headers.Add("Idempotency-Key", key));
        Assert.Equal((HttpStatusCode.Conflict, "IDEMPOTENCY_KEY_REUSED"), (other.Status, other.Error));
    }

    [Theory]
    [InlineData("""{"devMode":"pro-code","techStack":"python","gitRepoUrl":"http://x/y.git"}""", "name")]
    [InlineData("""{"name":"n","techStack":"python"}""", "devMode")]
    [InlineData("""{"name":"n","devMode":"no-code"}""", "devMode")]
    [InlineData("""{"name":"n","devMode":"pro-code","gitRepoUrl":"http://x/y.git"}""", "techStack")]
    [InlineData("""{"name":"n","devMode":"pro-code","techStack":"cobol","gitRepoUrl":"http://x/y.git"}""", "techStack")]
    [InlineData("""{"name":"n","devMode":"pro-code","techStack":"python"}""", "gitRepoUrl")]
    [InlineData("""{"name":"n","devMode":"low-code","techStack":"python"}""", "techStack")]
    [InlineData("""{"name":" n","devMode":"low-code"}""", "name")]
    [InlineData("""{"name":"n","devMode":"low-code","colour":"red"}""", "colour")]
    [InlineData("""{"name":7,"devMode":"low-code"}""", "name")]
    public async Task CreateApp_WrongField_IsNamed(string body, string field)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, 1001, "ERR_400_001"), (answer.Status, answer.Code, answer.Error));
        Assert.Contains(field, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateApp_ANameOf101Characters_IsRefused()
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = new string('n', 101), devMode = "low-code" });
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("ftp://example.com/x.git")]
    [InlineData("file:///etc/passwd")]
    [InlineData("git@example.com:x.git")]
    [InlineData("http://user:secret@example.com/x.git")]
    public async Task CreateApp_AnAddressThatIsNotPlainHttp_IsRefusedWithoutRepeatingIt(string url)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", ProCode(TestStack.NewName("url"), url, null));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateApp_ARepositoryThatIsNotThere_Says1003AndTakesNoName()
    {
        var (name, _, credential) = await RepositoryAsync();
        var url = stack.Git.UrlOf("no-such-repository");
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", ProCode(name, url, credential));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 1003, "GIT_REPO_UNREACHABLE"), (answer.Status, answer.Code, answer.Error));
        Assert.Equal(HttpStatusCode.Created, (await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name, devMode = "low-code" })).Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/agent.git")]
    [InlineData("http://no-such-host.invalid/agent.git")]
    public async Task CreateApp_NobodyAnswersAtTheAddress_Says1003(string url)
    {
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", ProCode(TestStack.NewName("nobody"), url, null));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 1003, "GIT_REPO_UNREACHABLE"), (answer.Status, answer.Code, answer.Error));
    }

    [Fact]
    public async Task CreateApp_AWrongPassword_Says1003WithoutTheSecret()
    {
        var name = TestStack.NewName("agent");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, "not-the-password");
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", ProCode(name, stack.Git.UrlOf(name), credential.Id));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 1003), (answer.Status, answer.Code));
        Assert.DoesNotContain("not-the-password", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateApp_ACredentialThatIsNotThere_IsNamed()
    {
        var (name, url, _) = await RepositoryAsync();
        var answer = await stack.Client.SendAsync(HttpMethod.Post, "apps", ProCode(name, url, "999999"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("credentialId", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetApp_Unknown_Is404() =>
        Assert.Equal((HttpStatusCode.NotFound, 40401), ((await stack.Client.SendAsync(HttpMethod.Get, "apps/999999")) is var answer ? (answer.Status, answer.Code!.Value) : default));

    [Fact]
    public async Task GetApp_WithItsETag_Is304()
    {
        var created = await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = TestStack.NewName("tag"), devMode = "low-code" });
        var path = $"apps/{created.Data.GetProperty("id").GetInt64()}";
        var etag = (await stack.Client.SendAsync(HttpMethod.Get, path)).ETag;
        var again = await stack.Client.SendAsync(HttpMethod.Get, path, shape: request => request.Headers.TryAddWithoutValidation("If-None-Match", etag));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Body));
    }

    [Fact]
    public async Task ListApps_InPages_GivesEachOnceNewestFirst()
    {
        var prefix = TestStack.NewName("page");
        var made = new List<long>();
        for (var i = 0; i < 5; i++)
            made.Add((await stack.Client.SendAsync(HttpMethod.Post, "apps", new { name = $"{prefix}-{i}", devMode = "low-code" })).Data.GetProperty("id").GetInt64());

        var found = new List<long>();
        string? continuation = null;
        do
        {
            var page = await stack.Client.SendAsync(HttpMethod.Get, $"apps?name={prefix}&limit=2" + (continuation is null ? "" : $"&continuation={continuation}"));
            found.AddRange(page.Data.GetProperty("items").EnumerateArray().Select(app => app.GetProperty("id").GetInt64()));
            continuation = page.Data.TryGetProperty("continuation", out var next) ? next.GetString() : null;
        }
        while (continuation is not null);

        Assert.Equal(Enumerable.Reverse(made), found);
    }

    [Theory]
    [InlineData("apps?limit=0")]
    [InlineData("apps?limit=201")]
    [InlineData("apps?continuation=garbage")]
    [InlineData("apps?techStack=cobol")]
    [InlineData("apps?color=red")]
    public async Task ListApps_AWrongParameter_Is400(string path) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await stack.Client.SendAsync(HttpMethod.Get, path)).Status);

    private static object ProCode(string name, string gitRepoUrl, string? credentialId) =>
        new { name, devMode = "pro-code", techStack = "python", gitRepoUrl, credentialId };

    private static string? Text(Dev.Api.ApiAnswer answer, string field) => answer.Data.GetProperty(field).GetString();

    private async Task<(string Name, string Url, string CredentialId)> RepositoryAsync()
    {
        var name = TestStack.NewName("agent");
        await stack.Git.CreateRepositoryAsync(name, SampleAgent.Files("v1.0.0"), CancellationToken.None);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, TestStack.GitUsername, stack.Stack.GitPassword);
        return (name, stack.Git.UrlOf(name), credential.Id);
    }
}
