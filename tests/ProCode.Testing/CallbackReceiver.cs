using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ProCode.Testing;

/// <summary>An HTTP server on a free loopback port that keeps every request it gets and answers as told.</summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();

    private CallbackReceiver(WebApplication web) => _web = web;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_web.Urls.First());

    /// <summary>What came so far, oldest first.</summary>
    public IReadOnlyCollection<ReceivedRequest> Requests => [.. _requests];

    /// <summary>The status of every answer.</summary>
    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    public static async Task<CallbackReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new CallbackReceiver(builder.Build());
        receiver._web.Run(receiver.ReceiveAsync);
        await receiver._web.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new ReceivedRequest(http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(), headers, await reader.ReadToEndAsync()));
        http.Response.StatusCode = (int)Answer;
    }
}

/// <summary>A request as it came.</summary>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
