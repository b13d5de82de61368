namespace Azure.Containers.ContainerRegistry;

/// <summary>A blob that the registry has taken.</summary>
public class UploadRegistryBlobResult
{
    internal UploadRegistryBlobResult(string digest, long sizeInBytes) => (Digest, SizeInBytes) = (digest, sizeInBytes);

    public string Digest { get; }

    /// <summary>The length of a stream that knows its length and is below 4 MiB, wherever it stood; else what was read of it.</summary>
    public long SizeInBytes { get; }
}
