using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Outbound;
using ProCode.Repos;
using ProCode.Repos.Api;
using ProCode.Results;

namespace ProCode.Tests.Repos.Api;

/// <summary>A scripted host and a <see cref="GitApi"/> that talks to it as in production, but that may call loopback addresses.</summary>
internal sealed class GitApiFixture : IAsyncDisposable
{
    public const string Token = "the-token";

    private readonly HttpClient _http;

    private GitApiFixture(ScriptedHttpServer server, FakeTime time, GitCallLimits limits, ILogger<GitCalls>? logger)
    {
        var urls = new OutboundUrls(new OutboundOptions { AllowPrivateNetworks = true });
        (Server, Time) = (server, time);
        Calls = new GitCalls(time, logger ?? NullLogger<GitCalls>.Instance, limits);
        _http = new HttpClient(OutboundHandler.Create(urls)) { Timeout = Timeout.InfiniteTimeSpan };
        Api = new GitApi(_http, urls, Calls, time);
    }

    public ScriptedHttpServer Server { get; }

    public FakeTime Time { get; }

    public GitCalls Calls { get; }

    public GitApi Api { get; }

    public GitRemote Remote => new(Server.BaseUrl + "/o/r.git", new GitCredential("oauth2", Token), GitType.GitHub);

    public static async Task<GitApiFixture> StartAsync(FakeTime? time = null, GitCallLimits? limits = null, ILogger<GitCalls>? logger = null) =>
        new(await ScriptedHttpServer.StartAsync(), time ?? new FakeTime(skips: true), limits ?? new GitCallLimits(), logger);

    public GitApiRequest Request(HttpMethod method, string path, object? body = null) =>
        new(method, new Uri(Server.BaseUrl + path), body) { Headers = [new("Authorization", "Bearer " + Token)] };

    /// <summary>A GET whose answer's status is its value.</summary>
    public Task<Result<HttpStatusCode>> GetAsync(string path = "/x", CancellationToken cancellation = default) =>
        SendAsync(Request(HttpMethod.Get, path), cancellation);

    public Task<Result<HttpStatusCode>> SendAsync(GitApiRequest request, CancellationToken cancellation = default) =>
        Api.SendAsync<HttpStatusCode>(Remote, request, answer => answer.Status, cancellation);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
