namespace Azure.Containers.ContainerRegistry;

/// <summary>A manifest, byte by byte as it was set.</summary>
public class GetManifestResult
{
    internal GetManifestResult(string digest, string mediaType, BinaryData manifest) => (Digest, MediaType, Manifest) = (digest, mediaType, manifest);

    public string Digest { get; }

    public ManifestMediaType MediaType { get; }

    public BinaryData Manifest { get; }
}
