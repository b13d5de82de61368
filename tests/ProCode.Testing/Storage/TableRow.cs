using System.Globalization;
using System.Text.Json;

namespace ProCode.Testing.Storage;

/// <summary>A stored entity: its properties as .NET values of the eight types that a table knows.</summary>
internal sealed record TableRow(string PartitionKey, string RowKey, IReadOnlyDictionary<string, object> Properties, DateTimeOffset Timestamp)
{
    private const int MaxProperties = 252;
    private const int MaxKey = 512;
    private const int MaxBytes = 64 * 1024;
    private const int MaxEntity = 1024 * 1024;

    // Every write has its own timestamp, so it serves as the version, as in the service.
    public string ETag => $"W/\"datetime'{Uri.EscapeDataString(Text(Timestamp))}'\"";

    /// <summary>Reads and checks an entity from a request; keys that the body doesn't have come from the address.</summary>
    public static TableRow Read(JsonElement json, string? partitionKey, string? rowKey, DateTimeOffset timestamp)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.Contains('@', StringComparison.Ordinal) || property.Name is "Timestamp" or "odata.etag" || property.Value.ValueKind == JsonValueKind.Null)
                continue;
            var type = json.TryGetProperty(property.Name + "@odata.type", out var annotation) ? annotation.GetString() : null;
            properties[property.Name] = Value(property.Value, type);
        }

        partitionKey ??= Key(properties, nameof(PartitionKey));
        rowKey ??= Key(properties, nameof(RowKey));
        properties.Remove(nameof(PartitionKey));
        properties.Remove(nameof(RowKey));
        var row = new TableRow(partitionKey, rowKey, properties, timestamp);
        row.Check();
        return row;
    }

    public TableRow Merged(TableRow over)
    {
        var properties = new Dictionary<string, object>(Properties, StringComparer.Ordinal);
        foreach (var (name, value) in over.Properties)
            properties[name] = value;
        var merged = over with { Properties = properties };
        merged.Check();
        return merged;
    }

    /// <summary>A property, or null when the row doesn't have it.</summary>
    public object? Get(string name) => name switch
    {
        nameof(PartitionKey) => PartitionKey,
        nameof(RowKey) => RowKey,
        nameof(Timestamp) => Timestamp,
        _ => Properties.GetValueOrDefault(name),
    };

    public void Write(Utf8JsonWriter json, IReadOnlyCollection<string>? select)
    {
        json.WriteStartObject();
        json.WriteString("odata.etag", ETag);
        foreach (var name in select ?? [nameof(PartitionKey), nameof(RowKey), nameof(Timestamp), .. Properties.Keys])
        {
            if (Get(name) is { } value)
                Write(json, name, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        var (type, text) = value switch
        {
            long number => ("Edm.Int64", number.ToString(CultureInfo.InvariantCulture)),
            Guid id => ("Edm.Guid", id.ToString()),
            DateTimeOffset time => ("Edm.DateTime", Text(time)),
            byte[] bytes => ("Edm.Binary", Convert.ToBase64String(bytes)),
            double number when !double.IsFinite(number) => ("Edm.Double", double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity"),
            double => ("Edm.Double", null),
            _ => (null, value as string),
        };
        if (type is not null && name != nameof(Timestamp))
            json.WriteString($"{name}@odata.type", type);
        switch (value)
        {
            case bool flag: json.WriteBoolean(name, flag); break;
            case int number: json.WriteNumber(name, number); break;
            case double number when text is null: json.WriteNumber(name, number); break;
            default: json.WriteString(name, text); break;
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static object Value(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        ("Edm.Int64", JsonValueKind.String) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        ("Edm.Double", JsonValueKind.String) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        ("Edm.Double", JsonValueKind.Number) => value.GetDouble(),
        ("Edm.Guid", JsonValueKind.String) => value.GetGuid(),
        ("Edm.DateTime", JsonValueKind.String) => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        ("Edm.Binary", JsonValueKind.String) => value.GetBytesFromBase64(),
        (null or "Edm.Boolean", JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (null or "Edm.Int32", JsonValueKind.Number) => value.TryGetInt32(out var number) ? (object)number : value.GetDouble(),
        (null or "Edm.String", JsonValueKind.String) => value.GetString()!,
        _ => throw TableServiceException.InvalidInput($"A {value.ValueKind} is no {type ?? "value"}."),
    };

    private static string Key(Dictionary<string, object> properties, string name) =>
        properties.GetValueOrDefault(name) as string ?? throw new TableServiceException(400, "PropertiesNeedValue", $"The value of {name} is missing.");

    private void Check()
    {
        CheckKey(PartitionKey);
        CheckKey(RowKey);
        if (Properties.Count > MaxProperties)
            throw new TableServiceException(400, "TooManyProperties", "The entity contains more properties than allowed.");

        var size = 4 + (2 * (PartitionKey.Length + RowKey.Length));
        foreach (var (name, value) in Properties)
        {
            if (name.Length > 255)
                throw new TableServiceException(400, "PropertyNameTooLong", "The property name exceeds the maximum allowed length.");
            var bytes = value switch { string text => 2 * text.Length, byte[] data => data.Length, Guid => 16, bool => 1, int => 4, _ => 8 };
            if (bytes > MaxBytes)
                throw new TableServiceException(400, "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB).");
            if (value is DateTimeOffset { Year: < 1601 })
                throw new TableServiceException(400, "OutOfRangeInput", $"The '{name}' parameter is out of range.");
            size += 8 + (2 * name.Length) + bytes;
        }

        if (size > MaxEntity)
            throw new TableServiceException(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");
    }

    private static void CheckKey(string key)
    {
        if (key.Length > MaxKey)
            throw new TableServiceException(400, "KeyValueTooLarge", "The specified key is longer than 1 KiB.");
        if (key.Any(character => character is '/' or '\\' or '#' or '?' || char.IsControl(character)))
            throw new TableServiceException(400, "OutOfRangeInput", "One of the request inputs is out of range.");
    }
}
