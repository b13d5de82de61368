using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A blob account in memory, as far as pipelines use one: put, head and ranged get of block blobs.</summary>
internal sealed class BlobsInMemory : HttpMessageHandler
{
    private static readonly DateTimeOffset Written = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    /// <summary>The names of the blobs, container first.</summary>
    public IEnumerable<string> Names => _blobs.Keys.Order(StringComparer.Ordinal);

    public BlobServiceClient Client() => new(
        "DefaultEndpointsProtocol=https;AccountName=memory;AccountKey=bWVtb3J5;BlobEndpoint=https://blobs.invalid",
        new BlobClientOptions { Transport = new HttpClientTransport(this) });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Query.Contains("restype=container", StringComparison.Ordinal)) return Answer(HttpStatusCode.Created);
        var name = Uri.UnescapeDataString(request.RequestUri.AbsolutePath.TrimStart('/'));
        if (request.Method == HttpMethod.Put)
        {
            var content = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            return _blobs.TryAdd(name, content) ? Answer(HttpStatusCode.Created) : Refusal(HttpStatusCode.Conflict, "BlobAlreadyExists");
        }

        if (!_blobs.TryGetValue(name, out var blob)) return Refusal(HttpStatusCode.NotFound, "BlobNotFound");
        if (request.Method == HttpMethod.Head) return Content(HttpStatusCode.OK, blob, 0, blob.Length);

        var range = request.Headers.GetValues("x-ms-range").Single()["bytes=".Length..].Split('-');
        var from = int.Parse(range[0], CultureInfo.InvariantCulture);
        var to = range[1].Length == 0 ? blob.Length : Math.Min(blob.Length, int.Parse(range[1], CultureInfo.InvariantCulture) + 1);
        return Content(HttpStatusCode.PartialContent, blob, from, to);
    }

    private static HttpResponseMessage Content(HttpStatusCode status, byte[] blob, int from, int to)
    {
        var answer = Answer(status);
        answer.Content = new ByteArrayContent(blob, from, to - from);
        answer.Content.Headers.ContentLength = to - from; // Not listed among the headers until somebody has asked for it.
        answer.Content.Headers.LastModified = Written;
        if (status == HttpStatusCode.PartialContent) answer.Content.Headers.ContentRange = new(from, to - 1, blob.Length);
        answer.Headers.Add("x-ms-blob-type", "BlockBlob");
        return answer;
    }

    private static HttpResponseMessage Refusal(HttpStatusCode status, string code)
    {
        var answer = Answer(status);
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        answer.Headers.ETag = new("\"1\"");
        answer.Content.Headers.LastModified = Written;
        return answer;
    }
}
