using System.Text.Json.Serialization;
using Azure.Containers.ContainerRegistry.Protocol;

namespace Azure.Containers.ContainerRegistry;

/// <summary>The manifest of one image. It is read from and written to JSON by System.Text.Json; a field it doesn't have is lost by that.</summary>
[JsonConverter(typeof(OciImageManifestJson))]
public class OciImageManifest
{
    /// <param name="schemaVersion">2, as the OCI specification has it.</param>
    public OciImageManifest(int schemaVersion) => SchemaVersion = schemaVersion;

    public OciDescriptor? Configuration { get; set; }

    /// <summary>The layers, the lowest first; an empty list is left out of the JSON.</summary>
    public IList<OciDescriptor> Layers { get; } = [];

    public OciAnnotations? Annotations { get; set; }

    public int SchemaVersion { get; set; }
}
