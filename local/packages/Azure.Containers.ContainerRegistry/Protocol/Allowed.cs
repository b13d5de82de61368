using System.Text.Json;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>What may be done with a repository, manifest or tag; null is not said, or not to be changed.</summary>
internal sealed record Allowed(bool? Delete, bool? Write, bool? List, bool? Read)
{
    public static Allowed Of(JsonElement owner) => owner.Find("changeableAttributes") is not { } attributes
        ? new(null, null, null, null)
        : new(
            attributes.Find("deleteEnabled")?.GetBoolean(),
            attributes.Find("writeEnabled")?.GetBoolean(),
            attributes.Find("listEnabled")?.GetBoolean(),
            attributes.Find("readEnabled")?.GetBoolean());

    public BinaryData ToJson()
    {
        var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            Write(writer, "deleteEnabled", Delete);
            Write(writer, "writeEnabled", this.Write);
            Write(writer, "listEnabled", List);
            Write(writer, "readEnabled", Read);
            writer.WriteEndObject();
        }

        return new BinaryData(body.ToArray());

        static void Write(Utf8JsonWriter writer, string name, bool? value)
        {
            if (value is { } said)
                writer.WriteBoolean(name, said);
        }
    }
}
