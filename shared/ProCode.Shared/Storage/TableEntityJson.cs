using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using ProCode.Json;

namespace ProCode.Storage;

/// <summary>JSON documents in table rows. One property holds 32 K characters at most, so longer ones go on in further properties.</summary>
public static class TableEntityJson
{
    // The dialect escapes everything beyond ASCII, so a cut never splits a character.
    private const int PartLength = 32_000;

    /// <summary>Writes a document under a property name, replacing the earlier one.</summary>
    public static void Set<T>(TableEntity entity, string property, T value)
    {
        var json = JsonSerializer.Serialize(value, ProCodeJson.Stored);
        var parts = Math.Max(1, (json.Length + PartLength - 1) / PartLength);
        for (var part = 0; part < parts; part++)
            entity[PartName(property, part)] = json.Substring(part * PartLength, Math.Min(PartLength, json.Length - (part * PartLength)));
        for (var part = parts; entity.Remove(PartName(property, part)); part++) { }

        // Counted, because a merge keeps the further properties of a longer document.
        entity[property + "Parts"] = parts;
    }

    /// <summary>Reads the document under a property name; the default when there is none.</summary>
    public static T? Get<T>(TableEntity entity, string property)
    {
        if (entity.GetInt32(property + "Parts") is not { } parts) return default;
        var json = new StringBuilder();
        for (var part = 0; part < parts; part++) json.Append(entity.GetString(PartName(property, part)));
        return JsonSerializer.Deserialize<T>(json.ToString(), ProCodeJson.Stored);
    }

    private static string PartName(string property, int part) => part == 0 ? property : property + part.ToString(CultureInfo.InvariantCulture);
}
