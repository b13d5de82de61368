using System.Text.Json.Nodes;

namespace ProCode.Tests.Repos.Documented;

/// <summary>A request that its documentation knows.</summary>
internal sealed record DocumentedCall(
    DocumentedEndpoint Endpoint, IReadOnlyDictionary<string, string> Path, IReadOnlyDictionary<string, string> Query, JsonObject? Body)
{
    public string Text(string field) => Body![field]!.GetValue<string>();

    public bool Flag(string field) => Body![field]?.GetValue<bool>() ?? false;
}

/// <summary>What a fake host answers. Bytes go as they are, JSON as JSON.</summary>
internal sealed record FakeAnswer(int Status, JsonNode? Json = null)
{
    public byte[]? Bytes { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public TimeSpan Delay { get; init; }

    /// <summary>The connection breaks after half of the body.</summary>
    public bool BreaksOff { get; init; }
}
