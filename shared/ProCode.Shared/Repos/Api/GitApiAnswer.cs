using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProCode.Repos.Api;

/// <summary>What a host's API answered, unless that was one of the failures that <see cref="GitApi"/> tells by itself.</summary>
internal sealed class GitApiAnswer(HttpStatusCode status, ILookup<string, string> headers, byte[] body)
{
    private static readonly string[] Reasons = ["message", "error", "error_description", "errors"];

    /// <summary>How the hosts write JSON: names in snake_case.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public HttpStatusCode Status { get; } = status;

    /// <summary>The request's <see cref="GitApiRequest.Secret"/>.</summary>
    public string? Secret { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>A header's value by its lower-case name, or null.</summary>
    public string? Header(string name) => headers[name].FirstOrDefault();

    /// <summary>The body as the documentation describes it, names in snake_case; throws JsonException, which <see cref="GitApi"/> turns into an error.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(body, Json) ?? throw new JsonException("The body is null.");

    /// <summary>The host's own words for a refusal, as all three say them: <c>message</c> or <c>error</c>, which may be an object; else nothing.</summary>
    public string Reason()
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return "";
            var parts = from name in Reasons
                        where json.RootElement.TryGetProperty(name, out _)
                        select json.RootElement.GetProperty(name) into value
                        select value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
            return WithoutSecret(string.Join(" ", parts));
        }
        catch (JsonException)
        {
            return "";
        }
    }

    // As it is, and as JSON writes it.
    private string WithoutSecret(string reason) => string.IsNullOrEmpty(Secret)
        ? reason
        : reason.Replace(Secret, "…", StringComparison.Ordinal).Replace(JsonEncodedText.Encode(Secret).ToString(), "…", StringComparison.Ordinal);
}
