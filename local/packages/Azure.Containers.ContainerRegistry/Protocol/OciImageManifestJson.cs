using System.Text.Json;
using System.Text.Json.Serialization;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>A manifest's JSON. The order of its fields is the package's, so that the same manifest has the same digest.</summary>
internal sealed class OciImageManifestJson : JsonConverter<OciImageManifest>
{
    public override void Write(Utf8JsonWriter writer, OciImageManifest value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Configuration is not null)
        {
            writer.WritePropertyName("config");
            Write(writer, value.Configuration);
        }

        if (value.Layers.Count > 0)
        {
            writer.WriteStartArray("layers");
            foreach (var layer in value.Layers)
                Write(writer, layer);
            writer.WriteEndArray();
        }

        OciAnnotationsJson.Write(writer, value.Annotations);
        writer.WriteNumber("schemaVersion", value.SchemaVersion);
        writer.WriteEndObject();
    }

    public override OciImageManifest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var manifest = new OciImageManifest(root.Find("schemaVersion")?.GetInt32() ?? 0)
        {
            Configuration = root.Find("config") is { } config ? ReadDescriptor(config) : null,
            Annotations = OciAnnotationsJson.Read(root),
        };
        foreach (var layer in root.Find("layers")?.EnumerateArray() ?? default)
            manifest.Layers.Add(ReadDescriptor(layer));
        return manifest;
    }

    private static void Write(Utf8JsonWriter writer, OciDescriptor value)
    {
        writer.WriteStartObject();
        if (value.MediaType is not null)
            writer.WriteString("mediaType", value.MediaType);
        if (value.SizeInBytes is { } size)
            writer.WriteNumber("size", size);
        if (value.Digest is not null)
            writer.WriteString("digest", value.Digest);
        OciAnnotationsJson.Write(writer, value.Annotations);
        writer.WriteEndObject();
    }

    private static OciDescriptor ReadDescriptor(JsonElement element) => new()
    {
        MediaType = element.Find("mediaType")?.GetString()!,
        SizeInBytes = element.Find("size")?.GetInt64(),
        Digest = element.Find("digest")?.GetString()!,
        Annotations = OciAnnotationsJson.Read(element),
    };
}
