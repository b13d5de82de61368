using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ProCode.Dev.Api;

/// <summary>An answer of the API, success or failure, with its envelope opened.</summary>
public sealed class ApiAnswer
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    private ApiAnswer(HttpResponseMessage response, string body)
    {
        (Status, Headers, Body) = (response.StatusCode, response.Headers, body);
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || body.Length == 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(body);
        Envelope = document.RootElement.Clone();
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The response's headers.</summary>
    public HttpResponseHeaders Headers { get; }

    /// <summary>The body as it came.</summary>
    public string Body { get; }

    /// <summary>The whole body when it is JSON.</summary>
    public JsonElement Envelope { get; }

    /// <summary>The envelope's <c>code</c>: 0 for success, else the error's number.</summary>
    public int? Code => Member("code")?.GetInt32();

    /// <summary>The stable name of the error, or null.</summary>
    public string? Error => Member("error")?.GetString();

    /// <summary>The sentence for people.</summary>
    public string? Message => Member("message")?.GetString();

    /// <summary>The payload of a success.</summary>
    public JsonElement Data => Member("data") ?? default;

    /// <summary>The version of what was read, for If-None-Match and If-Match.</summary>
    public string? ETag => Headers.TryGetValues("ETag", out var values) ? values.First() : null;

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The payload as a type; a failure becomes <see cref="ApiException"/>.</summary>
    public T Read<T>() => IsSuccess ? Data.Deserialize<T>(_json)! : throw new ApiException(this);

    internal static async Task<ApiAnswer> FromAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        new(response, await response.Content.ReadAsStringAsync(cancellation));

    private JsonElement? Member(string name) =>
        Envelope.ValueKind == JsonValueKind.Object && Envelope.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
