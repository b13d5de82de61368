using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Azure.Data.Tables.Protocol;

/// <summary>Entities as the service's JSON: plain values, and an "@odata.type" beside those whose type JSON doesn't show.</summary>
internal static class EntityJson
{
    public const string Read = "application/json;odata=minimalmetadata";
    public const string Write = "application/json;odata=nometadata";
    public const string TypeSuffix = "@odata.type";

    // Nothing here is ever put into HTML; the default encoder would double the size of JSON kept in a property.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> ToJson(ITableEntity entity)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            if (entity is IDictionary<string, object> properties)
            {
                foreach (var (name, value) in properties)
                    WriteProperty(json, name, value);
            }
            else
            {
                EntityModel.Of(entity.GetType()).Write(entity, (name, value) => WriteProperty(json, name, value));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static T ToEntity<T>(JsonElement json)
        where T : class, ITableEntity
    {
        var entity = typeof(T) == typeof(TableEntity) ? (T)(object)new TableEntity() : Activator.CreateInstance<T>();
        if (entity is IDictionary<string, object> properties)
        {
            foreach (var (name, value) in Properties(json))
                properties[name] = value;
        }
        else
        {
            var model = EntityModel.Of(typeof(T));
            foreach (var (name, value) in Properties(json))
                model.Set(entity, name, value);
        }

        return entity;
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, object? value)
    {
        // The service keeps these itself and doesn't take them; it has no null either, an absent property is one.
        if (value is null || name is nameof(ITableEntity.Timestamp) or TableEntity.ETagName)
            return;

        if (EdmTypeOf(value) is { } type)
            json.WriteString(name + TypeSuffix, type);
        json.WritePropertyName(name);
        WriteValue(json, name, value);
    }

    private static string? EdmTypeOf(object value) => value switch
    {
        long or ulong => "Edm.Int64",
        double => "Edm.Double",
        Guid => "Edm.Guid",
        DateTime or DateTimeOffset => "Edm.DateTime",
        byte[] or BinaryData => "Edm.Binary",
        _ => null,
    };

    private static void WriteValue(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case ulong number: json.WriteStringValue(unchecked((long)number).ToString(CultureInfo.InvariantCulture)); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case double number: json.WriteStringValue(NameOf(number)); break;
            case Guid id: json.WriteStringValue(id); break;
            case DateTime time: json.WriteStringValue(Text(time)); break;
            case DateTimeOffset time: json.WriteStringValue(Text(time.UtcDateTime)); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            case BinaryData bytes: json.WriteBase64StringValue(bytes.ToMemory().Span); break;
            case Enum constant: json.WriteStringValue(constant.ToString()); break;
            default: throw new NotSupportedException($"The property '{name}' is of type {value.GetType()}, which a table can't hold.");
        }
    }

    private static string NameOf(double number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    public static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, object Value)> Properties(JsonElement json)
    {
        foreach (var property in json.EnumerateObject())
        {
            var isAnnotation = property.Name.Contains('@', StringComparison.Ordinal)
                || (property.Name.StartsWith("odata.", StringComparison.Ordinal) && property.Name != TableEntity.ETagName);
            if (isAnnotation || property.Value.ValueKind == JsonValueKind.Null)
                continue;
            var type = property.Name == nameof(ITableEntity.Timestamp) ? "Edm.DateTime"
                : json.TryGetProperty(property.Name + TypeSuffix, out var annotation) ? annotation.GetString()
                : null;
            yield return (property.Name, Value(property.Value, type));
        }
    }

    private static object Value(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        ("Edm.Int64", _) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        ("Edm.Double", JsonValueKind.String) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        ("Edm.Double", _) => value.GetDouble(),
        ("Edm.Guid", _) => value.GetGuid(),
        ("Edm.DateTime", _) => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        ("Edm.Binary", _) => value.GetBytesFromBase64(),
        (_, JsonValueKind.True) => true,
        (_, JsonValueKind.False) => false,
        (_, JsonValueKind.Number) => value.TryGetInt32(out var number) ? (object)number : value.GetDouble(),
        _ => value.GetString()!,
    };
}
