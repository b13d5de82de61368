namespace Azure.Containers.ContainerRegistry;

/// <summary>A blob that is still under way; it holds a connection until it is disposed of.</summary>
public class DownloadRegistryBlobStreamingResult : IDisposable
{
    internal DownloadRegistryBlobStreamingResult(string digest, Stream content) => (Digest, Content) = (digest, content);

    public string Digest { get; }

    /// <summary>Can be read once, forwards. The read that reaches the end throws when the content has not the digest.</summary>
    public Stream Content { get; }

    public void Dispose()
    {
        Content.Dispose();
        GC.SuppressFinalize(this);
    }
}
