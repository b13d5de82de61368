using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.Api;

namespace ProCode.Tests.Repos.Api;

/// <summary>Where a credential goes and where it doesn't.</summary>
public sealed class GitApiRedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task SendAsync_RedirectOnTheSameServer_IsFollowedWithTheCredential(int status)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(status).With("Location", "/repositories/1")).On("GET /repositories/1", ScriptedAnswer.Json(new { }));

        Assert.True((await fixture.GetAsync()).Succeeded);

        Assert.All(fixture.Server.Requests, request => Assert.Equal("Bearer the-token", request.Header("Authorization")));
    }

    [Fact]
    public async Task SendAsync_RedirectToAnotherServer_IsFollowedWithoutTheCredential()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        await using var other = await ScriptedHttpServer.StartAsync(); // the same name on another port is another server
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(302).With("Location", other.BaseUrl + "/y?token=short"));
        other.On("GET /y", ScriptedAnswer.Json(new { }));

        Assert.True((await fixture.GetAsync()).Succeeded);

        var asked = Assert.Single(other.Requests);
        Assert.Null(asked.Header("Authorization"));
        Assert.DoesNotContain(asked.Headers.Values, value => value.Contains(GitApiFixture.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DownloadAsync_RedirectToAnotherServer_IsFollowedWithoutTheCredential()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        await using var other = await ScriptedHttpServer.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(302).With("Location", other.BaseUrl + "/y"));
        other.On("GET /y", ScriptedAnswer.Bytes([1, 2, 3]));

        await using var file = (await DownloadAsync(fixture, 3)).Value;

        Assert.Equal((0, 3), (file.Position, file.Length));
        Assert.Null(Assert.Single(other.Requests).Header("Authorization"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task SendAsync_RedirectOfAChange_IsNotFollowed(string method)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On($"{method} /x", ScriptedAnswer.Nothing(307).With("Location", "/y"));

        var error = (await fixture.SendAsync(fixture.Request(new HttpMethod(method), "/x", new { A = 1 }))).Error!;

        Assert.Equal(GitErrors.RepositoryUnreachable, error.Code);
        Assert.Contains("has moved", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/x")] // round and round
    public async Task SendAsync_RedirectThatLeadsNowhere_EndsAfterThree(string? location)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", location is null ? ScriptedAnswer.Nothing(302) : ScriptedAnswer.Nothing(302).With("Location", location));

        Assert.Equal(GitErrors.RepositoryUnreachable, (await fixture.GetAsync()).Error!.Code);

        Assert.Equal(location is null ? 1 : 4, fixture.Server.CountOf("GET /x"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://user:password@example.com/")]
    [InlineData("file:///etc/passwd")]
    public async Task SendAsync_RedirectToWhereNobodyMayGo_IsRefused(string location)
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Nothing(302).With("Location", location));

        Assert.Equal(OutboundErrors.UrlRefused, (await fixture.GetAsync()).Error!.Code);
    }

    [Fact]
    public async Task SendAsync_RedirectFromHttpsToHttp_IsNotFollowed()
    {
        using var wire = new Wire(("https://git.example.com/x", "http://git.example.com/x"), ("http://git.example.com/x", null));

        var answer = await wire.GetAsync("https://git.example.com/x");

        Assert.Equal(GitErrors.RepositoryUnreachable, answer.Error!.Code);
        Assert.Equal(["https://git.example.com/x Bearer the-token"], wire.Requests);
    }

    [Fact]
    public async Task SendAsync_RedirectFromHttpToHttps_IsFollowedWithoutTheCredential()
    {
        using var wire = new Wire(("http://git.example.com/x", "https://git.example.com/x"), ("https://git.example.com/x", null));

        Assert.True((await wire.GetAsync("http://git.example.com/x")).Succeeded);

        Assert.Equal(["http://git.example.com/x Bearer the-token", "https://git.example.com/x "], wire.Requests);
    }

    [Fact]
    public async Task DownloadAsync_MoreBytesThanAllowed_IsTooLarge()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        fixture.Server.On("GET /x", ScriptedAnswer.Bytes(new byte[1000]));

        await using var file = (await DownloadAsync(fixture, 1000)).Value;

        Assert.Equal(1000, file.Length);
        Assert.Equal(GitErrors.SourceTooLarge, (await DownloadAsync(fixture, 999)).Error!.Code);
    }

    [Fact]
    public async Task DownloadAsync_BrokenOffOnce_IsTriedAgainFromTheStart()
    {
        await using var fixture = await GitApiFixture.StartAsync();
        var bytes = Encoding.UTF8.GetBytes(new string('x', 100_000));
        fixture.Server.On("GET /x", ScriptedAnswer.Bytes(bytes).BrokenOff(), ScriptedAnswer.Bytes(bytes));

        await using var file = (await DownloadAsync(fixture, 1 << 20)).Value;

        Assert.Equal(bytes.Length, file.Length);
    }

    private static Task<Results.Result<FileStream>> DownloadAsync(GitApiFixture fixture, long maxBytes) =>
        fixture.Api.DownloadAsync(fixture.Remote, fixture.Request(HttpMethod.Get, "/x"), maxBytes, answer => GitApi.Refusal(fixture.Remote, answer), default);

    /// <summary>Servers with certificates, as there are none in a test: where each address leads, null for an answer.</summary>
    private sealed class Wire(params (string Url, string? Location)[] servers) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        public Task<Results.Result<HttpStatusCode>> GetAsync(string url)
        {
            var urls = new OutboundUrls(new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("140.82.112.3")]));
            var api = new GitApi(new HttpClient(this), urls, new GitCalls(TimeProvider.System, NullLogger<GitCalls>.Instance), TimeProvider.System);
            var request = new GitApiRequest(HttpMethod.Get, new Uri(url)) { Headers = [new("Authorization", "Bearer the-token")] };
            return api.SendAsync<HttpStatusCode>(new GitRemote(url, null), request, answer => answer.Status, default);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.RequestUri} {request.Headers.Authorization}");
            var location = servers.Single(server => server.Url == request.RequestUri!.ToString()).Location;
            var response = new HttpResponseMessage(location is null ? HttpStatusCode.OK : HttpStatusCode.Found) { Content = new StringContent("{}") };
            if (location is not null) response.Headers.Location = new Uri(location);
            return Task.FromResult(response);
        }
    }
}
