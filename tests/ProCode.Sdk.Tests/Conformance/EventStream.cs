using System.Net.ServerSentEvents;
using System.Text.Json;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>An answer that comes event by event.</summary>
public sealed class EventStream(HttpResponseMessage response) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<SseItem<string>> _events = Read(response).GetAsyncEnumerator();

    public int Status => (int)response.StatusCode;

    public string? ContentType => response.Content.Headers.ContentType?.MediaType;

    public HttpResponseMessage Response => response;

    /// <summary>The next event, or null at the end.</summary>
    public async Task<(string Event, JsonElement Data)?> NextAsync() =>
        await _events.MoveNextAsync() ? (_events.Current.EventType, JsonDocument.Parse(_events.Current.Data).RootElement) : null;

    /// <summary>All events that are still to come.</summary>
    public async Task<IReadOnlyList<(string Event, JsonElement Data)>> RestAsync()
    {
        var all = new List<(string, JsonElement)>();
        while (await NextAsync() is { } next) all.Add(next);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        response.Dispose();
    }

    private static async IAsyncEnumerable<SseItem<string>> Read(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync()) yield return item;
    }
}
