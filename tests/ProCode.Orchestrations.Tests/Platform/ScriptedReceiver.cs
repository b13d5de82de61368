using System.Collections.Concurrent;
using System.Net;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A request as it came, and when by the test's clock.</summary>
internal sealed record SentEvent(string Url, WebhookHeaders Headers, byte[] Body, DateTimeOffset At);

/// <summary>Takes the events that are sent to any address, and answers as told.</summary>
internal sealed class ScriptedReceiver : HttpMessageHandler
{
    private readonly ConcurrentQueue<SentEvent> _sent = new();

    /// <summary>What came so far, oldest first.</summary>
    public IReadOnlyList<SentEvent> Sent => [.. _sent];

    /// <summary>What is answered; a thrown exception is a failure of the network.</summary>
    public Func<SentEvent, HttpResponseMessage> Answers { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.NoContent);

    /// <summary>Runs while the sender waits for the answer.</summary>
    public Func<Task>? BeforeAnswering { get; set; }

    /// <summary>The clock that requests are noted by.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new WebhookHeaders(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"));
        var sent = new SentEvent(request.RequestUri!.ToString(), headers, await request.Content!.ReadAsByteArrayAsync(cancellationToken), Time.GetUtcNow());
        _sent.Enqueue(sent);
        if (BeforeAnswering is { } meanwhile)
        {
            BeforeAnswering = null;
            await meanwhile();
        }

        return Answers(sent);

        string Header(string name) => request.Headers.GetValues(name).Single();
    }
}
