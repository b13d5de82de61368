using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ProCode.Tests.Repos;

/// <summary>
/// A server on a free loopback port that answers as a test says, and keeps what it was asked. A request that no test spoke of is
/// answered 418, and the test fails when the server is disposed: a client that asks for more than it should is noticed.
/// </summary>
internal sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<ScriptedRequest, ScriptedAnswer>> _script = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly WebApplication _web;

    private ScriptedHttpServer(WebApplication web) => _web = web;

    /// <summary>Without a slash at the end.</summary>
    public string BaseUrl => _web.Urls.First();

    /// <summary>What was asked so far, in order of arrival.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    public static async Task<ScriptedHttpServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.AddServerHeader = false;
        });
        var web = builder.Build();
        var server = new ScriptedHttpServer(web);
        web.Run(server.AnswerAsync);
        await web.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers a request (<c>GET /path</c> whatever its query is, or <c>GET /path?query</c> as it is written on the wire, which
    /// is looked for first): each answer once, in order, the last one ever after.</summary>
    public ScriptedHttpServer On(string request, params ScriptedAnswer[] answers)
    {
        var given = -1;
        return On(request, _ => answers[Math.Min(Interlocked.Increment(ref given), answers.Length - 1)]);
    }

    /// <summary>The same with an answer that depends on the request, or on what has happened.</summary>
    public ScriptedHttpServer On(string request, Func<ScriptedRequest, ScriptedAnswer> answer)
    {
        _script[request] = answer;
        return this;
    }

    /// <summary>How often something was asked; named as in <see cref="On(string,ScriptedAnswer[])"/>.</summary>
    public int CountOf(string request) => _requests.Count(made => made.Line == request || made.LineWithoutQuery == request);

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        Assert.True(_unexpected.IsEmpty, "Nobody expected: " + string.Join(", ", _unexpected));
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new ScriptedRequest(http.Request.Method, target, headers, await reader.ReadToEndAsync());
        _requests.Enqueue(request);
        if (!_script.TryGetValue(request.Line, out var answer) && !_script.TryGetValue(request.LineWithoutQuery, out answer))
        {
            _unexpected.Enqueue(request.Line);
            http.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return;
        }

        await answer(request).WriteAsync(http);
    }
}
