using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A blob account in memory, as far as pipelines use one: put, head and ranged get of block blobs; append blobs with their conditions; lists
/// by prefix. It answers as the emulator does in BlobsContractTests.</summary>
internal sealed class BlobsInMemory : HttpMessageHandler
{
    private const int MostBlocks = 50_000;
    private static readonly DateTimeOffset Written = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, StoredBlob> _blobs = new(StringComparer.Ordinal);
    private int _requests;

    /// <summary>The names of the blobs, container first.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            lock (_gate) return [.. _blobs.Keys];
        }
    }

    /// <summary>How many requests for blobs were answered.</summary>
    public int Requests => _requests;

    /// <summary>What the next appends meet before anything happens.</summary>
    public ConcurrentQueue<Func<Task>> BeforeAppends { get; } = new();

    /// <summary>True for the next appends that happen and whose answer gets lost.</summary>
    public ConcurrentQueue<bool> LostAnswers { get; } = new();

    /// <summary>True while nobody answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>A client, which dies with its process, if that can die.</summary>
    public BlobServiceClient Client(Life? life = null) => new(
        "DefaultEndpointsProtocol=https;AccountName=memory;AccountKey=bWVtb3J5;BlobEndpoint=https://blobs.invalid",
        new BlobClientOptions { Transport = new HttpClientTransport(life is null ? this : new MortalBlobs(this, life)), Retry = { Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero, MaxRetries = 2 } });

    /// <summary>The text of a blob; null when there is none.</summary>
    public string? TextOf(string name)
    {
        lock (_gate) return _blobs.TryGetValue(name, out var blob) ? Encoding.UTF8.GetString(blob.Content) : null;
    }

    /// <summary>Somebody else appends to a blob.</summary>
    public void Grow(string name, string text)
    {
        lock (_gate) _blobs[name] = _blobs[name] with { Content = [.. _blobs[name].Content, .. Encoding.UTF8.GetBytes(text)], Version = _blobs[name].Version + 1 };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway) throw new HttpRequestException("Nobody answers.");
        if (request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal)) return List(request);
        if (request.RequestUri.Query.Contains("restype=container", StringComparison.Ordinal)) return Answer(HttpStatusCode.Created);
        Interlocked.Increment(ref _requests);
        var name = Uri.UnescapeDataString(request.RequestUri.AbsolutePath.TrimStart('/'));
        var content = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var appends = request.RequestUri.Query.Contains("comp=appendblock", StringComparison.Ordinal);
        if (appends && BeforeAppends.TryDequeue(out var meanwhile)) await meanwhile();
        lock (_gate)
        {
            var answer = appends ? Append(request, name, content)
                : request.Method == HttpMethod.Put ? Put(request, name, content)
                : Get(request, name);
            return appends && LostAnswers.TryDequeue(out var lost) && lost ? throw new HttpRequestException("The connection is gone.") : answer;
        }
    }

    private HttpResponseMessage Put(HttpRequestMessage request, string name, byte[] content)
    {
        if (_blobs.ContainsKey(name)) return Refusal(HttpStatusCode.Conflict, "BlobAlreadyExists");
        _blobs[name] = new StoredBlob(Header(request, "x-ms-blob-type")!, content, Blocks: 0, Version: 1);
        return Answer(HttpStatusCode.Created);
    }

    private HttpResponseMessage Append(HttpRequestMessage request, string name, byte[] content)
    {
        if (!_blobs.TryGetValue(name, out var blob)) return Refusal(HttpStatusCode.NotFound, "BlobNotFound");
        if (blob.Type != "AppendBlob") return Refusal(HttpStatusCode.Conflict, "InvalidBlobType");
        var at = blob.Content.Length;
        if (Number(request, "x-ms-blob-condition-maxsize") is { } most && at + content.Length > most)
            return Refusal(HttpStatusCode.PreconditionFailed, "MaxBlobSizeConditionNotMet");
        if (Number(request, "x-ms-blob-condition-appendpos") is { } position && at != position)
            return Refusal(HttpStatusCode.PreconditionFailed, "AppendPositionConditionNotMet");
        if (blob.Blocks == MostBlocks) return Refusal(HttpStatusCode.Conflict, "BlockCountExceedsLimit");

        blob = _blobs[name] = blob with { Content = [.. blob.Content, .. content], Blocks = blob.Blocks + 1, Version = blob.Version + 1 };
        var answer = Answer(HttpStatusCode.Created, blob.Version);
        answer.Headers.Add("x-ms-blob-append-offset", at.ToString(CultureInfo.InvariantCulture));
        answer.Headers.Add("x-ms-blob-committed-block-count", blob.Blocks.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    private HttpResponseMessage Get(HttpRequestMessage request, string name)
    {
        if (!_blobs.TryGetValue(name, out var blob)) return Refusal(HttpStatusCode.NotFound, "BlobNotFound");
        var length = blob.Content.Length;
        if (request.Method == HttpMethod.Head || Header(request, "x-ms-range") is not { } asked) return Content(HttpStatusCode.OK, blob, 0, length);

        var range = asked["bytes=".Length..].Split('-');
        var from = int.Parse(range[0], CultureInfo.InvariantCulture);
        if (from >= length) return Refusal(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange");
        var to = range[1].Length == 0 ? length : (int)Math.Min(length, long.Parse(range[1], CultureInfo.InvariantCulture) + 1);
        return Content(HttpStatusCode.PartialContent, blob, from, to);
    }

    private HttpResponseMessage List(HttpRequestMessage request)
    {
        var prefix = Uri.UnescapeDataString(request.RequestUri!.Query.Split('&', '?').FirstOrDefault(part => part.StartsWith("prefix=", StringComparison.Ordinal))?["prefix=".Length..] ?? "");
        var container = request.RequestUri.AbsolutePath.Trim('/') + "/";
        var found = Names.Where(name => name.StartsWith(container + prefix, StringComparison.Ordinal)).Select(name => new XElement(
            "Blob", new XElement("Name", name[container.Length..]), new XElement("Properties", new XElement("Last-Modified", Written.ToString("R")), new XElement("Etag", "1"))));
        var answer = Answer(HttpStatusCode.OK);
        answer.Content = new StringContent(new XElement("EnumerationResults", new XElement("Blobs", found), new XElement("NextMarker")).ToString(), Encoding.UTF8, "application/xml");
        return answer;
    }

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static long? Number(HttpRequestMessage request, string name) =>
        Header(request, name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static HttpResponseMessage Content(HttpStatusCode status, StoredBlob blob, int from, int to)
    {
        var answer = Answer(status, blob.Version);
        answer.Content = new ByteArrayContent(blob.Content, from, to - from);
        answer.Content.Headers.ContentLength = to - from; // Not listed among the headers until somebody has asked for it.
        answer.Content.Headers.LastModified = Written;
        if (status == HttpStatusCode.PartialContent) answer.Content.Headers.ContentRange = new(from, to - 1, blob.Content.Length);
        answer.Headers.Add("x-ms-blob-type", blob.Type);
        if (blob.Type == "AppendBlob") answer.Headers.Add("x-ms-blob-committed-block-count", blob.Blocks.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    private static HttpResponseMessage Refusal(HttpStatusCode status, string code)
    {
        var answer = Answer(status);
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, int version = 1)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        answer.Headers.ETag = new($"\"{version}\"");
        answer.Content.Headers.LastModified = Written;
        return answer;
    }

    private sealed record StoredBlob(string Type, byte[] Content, int Blocks, int Version);
}
