using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ProCode.PipelineBench;

/// <summary>Counts what goes over the wire: retries too, for they cost the same.</summary>
internal sealed class CountingTransport(HttpPipelineTransport inner, StorageKind kind, RoundTrips trips) : HttpPipelineTransport
{
    public override Request CreateRequest() => inner.CreateRequest();

    public override void Process(HttpMessage message)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            inner.Process(message);
        }
        finally
        {
            trips.Add(kind, NameOf(message.Request), Stopwatch.GetTimestamp() - start);
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await inner.ProcessAsync(message);
        }
        finally
        {
            trips.Add(kind, NameOf(message.Request), Stopwatch.GetTimestamp() - start);
        }
    }

    // GET apps: the table or container, without keys and names, which would make a line each. The first segment is the emulated account.
    private static string NameOf(Request request)
    {
        var path = request.Uri.Path.TrimStart('/');
        var resource = path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var end = resource.AsSpan().IndexOfAny("(/");
        var query = resource.EndsWith("()", StringComparison.Ordinal) ? " (query)" : "";
        return $"{request.Method} {(end < 0 ? resource : resource[..end])}{query}";
    }
}
