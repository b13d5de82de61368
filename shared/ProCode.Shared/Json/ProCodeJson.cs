using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProCode.Json;

/// <summary>The one JSON dialect: camelCase, enum values by name, unknown and repeated fields refused, nulls left out.</summary>
public static class ProCodeJson
{
    /// <summary>For HTTP bodies.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions());

    /// <summary>For stored documents and durable payloads: as above, but fields that this version doesn't know are passed over, because a newer
    /// version may have written them beside us or before a roll-back.</summary>
    public static JsonSerializerOptions Stored { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>Brings the dialect to options that a framework owns.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        return options;
    }
}
