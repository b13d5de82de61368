using System.Text.Json;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Fields of JSON that need not be there.</summary>
internal static class JsonFields
{
    /// <summary>The field, or null when it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string Text(this JsonElement element, string name) => element.Find(name)?.GetString() ?? "";
}
