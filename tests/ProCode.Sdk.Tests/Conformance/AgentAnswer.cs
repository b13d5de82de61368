using System.Text.Json;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>What an agent answered. <paramref name="Headers"/> has the headers of the content too, names in any case.</summary>
public sealed record AgentAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The code of a failure.</summary>
    public string? Error => Body.Length == 0 ? null : Json.GetProperty("error").GetString();

    public (int Status, string? Error) Failure => (Status, Error);

    public static async Task<AgentAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new AgentAnswer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
