using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ProCode.Json;
using ProCode.Results;

namespace ProCode.Functions.Http;

/// <summary>
/// Compares a JSON value with the type that it is meant for, before it is deserialized: unknown fields, repeated fields and wrong kinds
/// are all found at once, with their paths. (The serializer stops at the first, and its messages quote values.)
/// </summary>
internal static class JsonShape
{
    public static void Check(JsonElement value, JsonTypeInfo type, Check check) => Check(value, type, "", check);

    private static void Check(JsonElement value, JsonTypeInfo type, string path, Check check)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                if (Is(value, JsonValueKind.Object, path, "an object", check)) CheckObject(value, type, path, check);
                break;
            case JsonTypeInfoKind.Enumerable:
                if (Is(value, JsonValueKind.Array, path, "an array", check))
                {
                    foreach (var (index, item) in value.EnumerateArray().Index()) Check(item, TypeInfo(type.ElementType!), $"{path}[{index}]", check);
                }

                break;
            case JsonTypeInfoKind.Dictionary:
                if (Is(value, JsonValueKind.Object, path, "an object", check))
                {
                    CheckRepeats(value, path, check);
                    foreach (var item in value.EnumerateObject()) Check(item.Value, TypeInfo(type.ElementType!), Join(path, item.Name), check);
                }

                break;
            default:
                CheckScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path, check);
                break;
        }
    }

    private static void CheckObject(JsonElement value, JsonTypeInfo type, string path, Check check)
    {
        CheckRepeats(value, path, check);
        foreach (var field in value.EnumerateObject())
        {
            var property = type.Properties.FirstOrDefault(property => property.Name == field.Name);
            check.That(property is not null, Join(path, field.Name), "is not a field of this request");
            if (property is not null && field.Value.ValueKind != JsonValueKind.Null)
                Check(field.Value, TypeInfo(property.PropertyType), Join(path, field.Name), check);
        }
    }

    private static void CheckRepeats(JsonElement value, string path, Check check)
    {
        foreach (var name in value.EnumerateObject().CountBy(field => field.Name).Where(count => count.Value > 1).Select(count => count.Key))
            check.That(false, Join(path, name), "is given more than once");
    }

    private static void CheckScalar(JsonElement value, Type type, string path, Check check)
    {
        if (type.IsEnum)
        {
            var names = EnumNames.All(type);
            check.That(value.ValueKind == JsonValueKind.String && names.Contains(value.GetString()), path, $"must be one of {string.Join(", ", names)}");
        }
        else if (type == typeof(string)) Is(value, JsonValueKind.String, path, "a string", check);
        else if (type == typeof(bool)) check.That(value.ValueKind is JsonValueKind.True or JsonValueKind.False, path, "must be true or false");
        else if (type == typeof(int)) check.That(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _), path, "must be a whole number");
        else if (type == typeof(long)) check.That(value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _), path, "must be a whole number");
        else if (type == typeof(double) || type == typeof(decimal)) Is(value, JsonValueKind.Number, path, "a number", check);
        else if (type == typeof(JsonElement)) CheckTexts(value);
        else if (type == typeof(DateTimeOffset)) check.That(value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _), path, "must be a time such as 2025-01-31T12:00:00Z");
    }

    // Any JSON is fine, but reading a text that is not Unicode throws: better here than when it is written.
    private static void CheckTexts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) value.GetString();
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) CheckTexts(item);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject()) CheckTexts(field.Value);
        }
    }

    private static bool Is(JsonElement value, JsonValueKind kind, string path, string expected, Check check)
    {
        check.That(value.ValueKind == kind, path.Length == 0 ? "body" : path, $"must be {expected}");
        return value.ValueKind == kind;
    }

    private static JsonTypeInfo TypeInfo(Type type) => ProCodeJson.Options.GetTypeInfo(type);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
