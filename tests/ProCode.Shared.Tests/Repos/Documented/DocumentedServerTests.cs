using System.Net;
using System.Text;
using ProCode.Tests.Repos.Gitee;
using ProCode.Tests.Repos.GitLab;

namespace ProCode.Tests.Repos.Documented;

/// <summary>The fake hosts refuse what their fixtures don't list; without that, the tests against them would say little.</summary>
public sealed class DocumentedServerTests
{
    private const string Tags = "/api/v4/projects/group%2Fsub-gruppe-%C3%A4%2Fagent/repository/tags";
    private const string Hooks = "/api/v5/repos/owner-%C3%B6/agent/hooks";
    private const string ACommit = "0123456789012345678901234567890123456789";

    [Theory]
    [InlineData("GET", "/api/v4/projects/1/repository/tagz", "", "no such endpoint")]
    [InlineData("GET", "/api/v4/projects/group/agent", "", "no such endpoint")] // slashes must be escaped
    [InlineData("PUT", Tags, "", "no such endpoint")]
    [InlineData("GET", Tags + "?sort=upwards", "", "query parameter sort is no string")]
    [InlineData("GET", Tags + "?page=two", "", "query parameter page is no integer")]
    [InlineData("GET", Tags + "?page=1&page=2", "", "page twice")]
    [InlineData("GET", Tags + "?limit=5", "", "unknown query parameter limit")]
    [InlineData("GET", Tags + "?private_token=s3cr3t-t0ken%2B%2F%3D", "", "the token is outside of its header")]
    [InlineData("GET", Tags, "{\"page\":1}", "a body")]
    [InlineData("POST", Tags, "", "missing body field tag_name, missing body field ref")]
    [InlineData("POST", Tags, "{\"tag_name\":\"v1\",\"ref\":\"x\",\"object\":\"x\"}", "unknown body field object")]
    [InlineData("POST", Tags, "{\"tag_name\":1,\"ref\":\"x\"}", "body field tag_name is no string")]
    [InlineData("POST", Tags, "{\"tag_name\":\"v1\",\"ref\":\"x\",\"message\":null}", "body field message is no string")]
    [InlineData("POST", Tags, "{\"tag_name\":\"v1\",\"ref\":\"x\",\"message\":\"s3cr3t-t0ken+/=\"}", "the token is outside of its header")]
    [InlineData("POST", Tags + "?tag_name=v1", "{\"tag_name\":\"v1\",\"ref\":\"x\"}", "unknown query parameter tag_name")]
    [InlineData("GET", "/api/v4/projects/1/repository/compare?from=a", "", "missing query parameter to")]
    [InlineData("GET", "/api/v4/projects/1/merge_requests/first", "", "path parameter merge_request_iid is no integer")]
    public async Task GitLab_RequestThatIsNotDocumented_IsRefused(string method, string target, string body, string violation)
    {
        await AssertRefusedAsync(new GitLabServer(), method, target, body, violation);
    }

    [Theory]
    [InlineData("GET", "/api/v5/repos/owner/agent/tags/v1", "", "no such endpoint")]
    [InlineData("PUT", Hooks + "/1", "{\"url\":\"x\"}", "no such endpoint")]
    [InlineData("POST", Hooks, "{\"url\":\"x\",\"encryption_type\":\"1\"}", "body field encryption_type is no integer")]
    [InlineData("POST", Hooks, "{\"url\":\"x\",\"push_events\":\"true\"}", "body field push_events is no boolean")]
    [InlineData("POST", Hooks, "{\"url\":\"x\",\"secret\":\"y\"}", "unknown body field secret")]
    [InlineData("POST", Hooks, "{\"password\":\"x\"}", "missing body field url")]
    [InlineData("GET", "/api/v5/repos/owner/agent/compare/a..b", "", "no such endpoint")]
    [InlineData("GET", "/api/v5/repos/owner/agent?access_token=s3cr3t-t0ken%2B%2F%3D", "", "the token is outside of its header")]
    public async Task Gitee_RequestThatIsNotDocumented_IsRefused(string method, string target, string body, string violation)
    {
        await AssertRefusedAsync(new GiteeServer(), method, target, body, violation);
    }

    [Fact]
    public async Task Server_HeaderOrSchemeThatIsNotDocumented_IsRefused()
    {
        await AssertRefusedAsync(new GitLabServer(), "GET", Tags, "", "header PRIVATE-TOKEN", request => request.Headers.Add("PRIVATE-TOKEN", "x"));
        await AssertRefusedAsync(new GitLabServer(), "GET", Tags, "", "Authorization is no Bearer", request => request.Headers.Add("Authorization", "Basic x"));
        await AssertRefusedAsync(
            new GitLabServer(), "POST", Tags, "tag_name=v1", "the body is no JSON", request => request.Content!.Headers.ContentType = new("application/x-www-form-urlencoded"));
    }

    [Fact]
    public async Task Server_DocumentedRequest_IsTaken()
    {
        await using var server = new GitLabServer();
        await server.StartAsync();
        using var http = new HttpClient();
        using var request = Request(server, "POST", Tags, $"{{\"tag_name\":\"v1\",\"ref\":\"{server.Project.Commit()}\"}}");
        request.Headers.Add("Authorization", "Bearer " + DocumentedServer.Token);

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Null(server.Project.Tags["v1"].Message); // as documented: without a message it is no annotated tag
    }

    [Fact]
    public async Task DisposeAsync_AfterARefusal_Fails()
    {
        var server = new GiteeServer();
        await server.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(server.BaseUrl + "/api/v5/user"));

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(async () => await server.DisposeAsync());
    }

    [Fact]
    public void Shape_ValueThatTheExampleDoesNotShow_IsAMistake()
    {
        var endpoint = new GitLabServer().Endpoints.Single(endpoint => endpoint.Name == "get-tag");

        Assert.Equal(ACommit, endpoint.Shape(("commit.id", ACommit))["commit"]!["id"]!.GetValue<string>());
        Assert.Throws<InvalidOperationException>(() => endpoint.Shape(("commit.sha", ACommit)));
    }

    [Fact]
    public void Fixtures_All_CiteTheirPageAndKnowTheirPath()
    {
        foreach (var (server, page, count) in new (DocumentedServer, string, int)[] { (new GitLabServer(), "https://docs.gitlab.com/api/", 17), (new GiteeServer(), "https://gitee.com/api/v5/swagger#/", 16) })
        {
            Assert.Equal(count, server.Endpoints.Count);
            foreach (var fixture in server.Endpoints.Select(endpoint => endpoint.Fixture))
            {
                Assert.StartsWith(page, fixture.Documentation.Url.OriginalString, StringComparison.Ordinal);
                Assert.NotEmpty(fixture.Documentation.Title);
                var inPath = fixture.Parameters.Where(parameter => parameter.In == "path").ToList();
                Assert.All(inPath, parameter => Assert.Contains($"{{{parameter.Name}}}", fixture.Path, StringComparison.Ordinal));
                Assert.Equal(fixture.Path.Count(letter => letter == '{'), inPath.Count);
                Assert.All(fixture.Parameters, parameter => Assert.Contains(parameter.In, (string[])["path", "query", "body"]));
                Assert.All(fixture.Parameters, parameter => parameter.Takes("x"));
            }
        }
    }

    private static async Task AssertRefusedAsync(
        DocumentedServer server, string method, string target, string body, string violation, Action<HttpRequestMessage>? change = null)
    {
        await using (server)
        {
            await server.StartAsync();
            using var http = new HttpClient();
            using var request = Request(server, method, target, body);
            change?.Invoke(request);

            using var answer = await http.SendAsync(request);

            Assert.Equal(418, (int)answer.StatusCode);
            Assert.Contains(violation, Assert.Single(server.TakeViolations()), StringComparison.Ordinal);
        }
    }

    private static HttpRequestMessage Request(DocumentedServer server, string method, string target, string body) => new(new HttpMethod(method), server.BaseUrl + target)
    {
        Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json"),
    };
}
