using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace ProCode.Testing.Storage;

/// <summary>A response of the in-memory service.</summary>
internal sealed class InMemoryResponse : Response
{
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);

    public InMemoryResponse(int status, string? body = null, string contentType = "application/json;odata=minimalmetadata;charset=utf-8")
    {
        Status = status;
        Body = body;
        if (body is not null)
        {
            this["Content-Type"] = contentType;
            ContentStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
        }
    }

    public string? Body { get; }

    public IReadOnlyDictionary<string, string> AllHeaders => headers;

    public override int Status { get; }

    public override string ReasonPhrase => ((System.Net.HttpStatusCode)Status).ToString();

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    [DisallowNull]
    public string? this[string name]
    {
        get => headers.GetValueOrDefault(name);
        set => headers[name] = value;
    }

    public override void Dispose()
    {
    }

    protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(header => new HttpHeader(header.Key, header.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = headers.TryGetValue(name, out var value) ? [value] : null;
        return values is not null;
    }
}
