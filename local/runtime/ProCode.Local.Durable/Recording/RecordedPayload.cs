using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProCode.Local.Durable.Recording;

/// <summary>Payloads are JSON in a history of their own; in a recorded run they stand as what they are.</summary>
internal static class RecordedPayload
{
    /// <summary>The properties of events and ends that are payloads.</summary>
    public static readonly IReadOnlyList<string> Properties = ["input", "result", "output", "payload"];

    private static readonly string[] First = ["$", "id", "name"];

    public static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Dense = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where a property stands among the others.</summary>
    public static int Rank(string name) => Properties.Contains(name) ? First.Length + 1 : Array.IndexOf(First, name) is var place and >= 0 ? place : First.Length;

    public static JsonNode? ToNode(string text) => JsonNode.Parse(text);

    public static string? ToText(JsonNode? node) => node?.ToJsonString(Dense);

    /// <summary>The same text for the same JSON, however its strings are escaped.</summary>
    public static string? Normal(string? text) => text is null ? null : ToText(ToNode(text));
}
