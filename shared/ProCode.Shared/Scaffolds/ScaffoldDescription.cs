using System.Text.Json;
using System.Text.Json.Serialization;
using ProCode.Apps;

namespace ProCode.Scaffolds;

/// <summary>A scaffold's scaffold.json, which is not one of its files. <paramref name="Vendored"/>: folder in the new repository to folder of this one.</summary>
internal sealed record ScaffoldDescription(string Name, TechStack TechStack, string Description, IReadOnlyDictionary<string, string> Vendored)
{
    public const string FileName = "scaffold.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Throws for a file that is not such a description: it is part of this program.</summary>
    public static ScaffoldDescription Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<ScaffoldDescription>(json, Options)!;
}
