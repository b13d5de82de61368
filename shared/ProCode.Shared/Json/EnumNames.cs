using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization;

namespace ProCode.Json;

/// <summary>The names under which enum values appear in JSON, queries, table rows and messages.</summary>
public static class EnumNames
{
    /// <summary>The name of a value.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    /// <summary>The value of a name, which is matched exactly.</summary>
    public static bool TryParse<T>([NotNullWhen(true)] string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name is not null && Names<T>.ByName.TryGetValue(name, out value);
    }

    /// <summary>The value of a name that we wrote ourselves; an unknown one means a damaged row.</summary>
    public static T Parse<T>(string? name)
        where T : struct, Enum => TryParse<T>(name, out var value) ? value : throw new FormatException($"No {typeof(T).Name} is called '{name}'.");

    /// <summary>All names, in the order of declaration.</summary>
    public static IReadOnlyList<string> All(Type enumType) =>
        [.. enumType.GetFields(BindingFlags.Public | BindingFlags.Static).Select(NameOfField)];

    private static string NameOfField(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name;

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue =
            typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(field => (T)field.GetValue(null)!, NameOfField);

        public static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
