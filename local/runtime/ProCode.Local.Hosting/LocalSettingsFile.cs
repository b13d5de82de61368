using System.Text.Json;

namespace ProCode.Local.Hosting;

/// <summary>Reads <c>Values</c> of local.settings.json, which stand in for an app's settings in Azure.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    /// <summary>The values as configuration keys; empty when there is no such file.</summary>
    public static Dictionary<string, string?> Read(string folder)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return values;

        using var document = Parse(path);
        if (document.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            throw new InvalidDataException($"{path} is encrypted; the local host reads plain values only (\"IsEncrypted\": false).");
        if (!document.RootElement.TryGetProperty("Values", out var settings)) return values;

        foreach (var setting in settings.EnumerateObject())
        {
            if (setting.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw new InvalidDataException($"{path}: the value of '{setting.Name}' must be text, a number or a boolean.");
            // Settings reach an app as environment variables, where a double underscore stands for the colon.
            values[setting.Name.Replace("__", ":", StringComparison.Ordinal)] = setting.Value.ToString();
        }
        return values;
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            return JsonDocument.Parse(File.ReadAllBytes(path), options);
        }
        catch (JsonException e)
        {
            // The exception's own text can quote the file, and with it a secret.
            throw new InvalidDataException($"{path} is not valid JSON (line {e.LineNumber + 1}).");
        }
    }
}
