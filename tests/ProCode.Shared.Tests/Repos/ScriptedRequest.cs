using System.Text.Json.Nodes;

namespace ProCode.Tests.Repos;

/// <summary>What a <see cref="ScriptedHttpServer"/> was asked. <paramref name="Target"/> is path and query as they stood on the wire.</summary>
internal sealed record ScriptedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Line => $"{Method} {Target}";

    public string LineWithoutQuery => $"{Method} {Target.Split('?')[0]}";

    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
