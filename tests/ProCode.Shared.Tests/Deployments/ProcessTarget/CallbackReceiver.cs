using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProCode.Webhooks;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>The other end of callbacks: takes what is signed, and refuses what isn't.</summary>
internal sealed class CallbackReceiver(WebApplication app) : IAsyncDisposable
{
    private int _refusals;

    public string Secret { get; } = StandardWebhook.NewSecret();

    public ConcurrentQueue<(WebhookHeaders Headers, JsonElement Body)> Received { get; } = [];

    public int Attempts { get; private set; }

    /// <summary>How many deliveries to answer 503 from now on.</summary>
    public int RefuseNext
    {
        set => _refusals = value;
    }

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/callback");

    public static async Task<CallbackReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new CallbackReceiver(app);
        app.MapPost("/callback", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        Attempts++;
        if (Interlocked.Decrement(ref _refusals) >= 0)
            return TypedResults.StatusCode(503);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = WebhookHeaders.From(request.Headers);
        if (!StandardWebhook.Verify([Secret], headers, body.ToArray(), TimeProvider.System).Succeeded)
            return TypedResults.Unauthorized();
        Received.Enqueue((headers, JsonDocument.Parse(body.ToArray()).RootElement));
        return TypedResults.Ok();
    }
}
