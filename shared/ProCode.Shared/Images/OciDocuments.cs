using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ProCode.Images;

/// <summary>A blob as others refer to it (OCI image-spec, descriptor): what it is, its digest <c>sha256:…</c> and its size in bytes.</summary>
public sealed record OciDescriptor(string MediaType, string Digest, long Size)
{
    /// <summary>What else is said about it; <c>org.opencontainers.image.ref.name</c> is its name in a layout.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Fields of the specification that are passed on untouched.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>An image manifest.</summary>
internal sealed record OciManifest(int SchemaVersion, string? MediaType, OciDescriptor Config, IReadOnlyList<OciDescriptor> Layers)
{
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>The list of a layout's images.</summary>
internal sealed record OciIndex(int SchemaVersion, string? MediaType, IReadOnlyList<OciDescriptor> Manifests)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>The names and the JSON of the OCI image-spec.</summary>
internal static partial class Oci
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ConfigType = "application/vnd.oci.image.config.v1+json";
    public const string GzipLayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>Marks, on its descriptor, a layer that a build put on top of its base.</summary>
    public const string LayerKey = "dev.procode.layer";
    public const string SourceLayer = "source";

    /// <summary>Not the dialect of our own API: other tools write these documents, with fields we needn't know.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static OciDescriptor Describe(string mediaType, ReadOnlySpan<byte> content) =>
        new(mediaType, DigestOf(SHA256.HashData(content)), content.Length);

    public static string DigestOf(ReadOnlySpan<byte> hash) => "sha256:" + Convert.ToHexStringLower(hash);

    public static bool IsDigest(string text) => Digest().IsMatch(text);

    public static bool IsOwnLayer(OciDescriptor layer) => layer.Annotations?.ContainsKey(LayerKey) == true;

    /// <summary>Null when the bytes are no manifest of an image that could be used.</summary>
    public static OciManifest? ParseManifest(ReadOnlyMemory<byte> content)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<OciManifest>(content.Span, Json);
            return manifest is { SchemaVersion: 2, Config: not null, Layers: not null } ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex Digest();
}
