namespace Azure.Containers.ContainerRegistry;

/// <summary>A blob in memory; its content has the digest.</summary>
public class DownloadRegistryBlobResult
{
    internal DownloadRegistryBlobResult(string digest, BinaryData content) => (Digest, Content) = (digest, content);

    public string Digest { get; }

    public BinaryData Content { get; }
}
