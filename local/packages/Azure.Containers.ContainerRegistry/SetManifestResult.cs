namespace Azure.Containers.ContainerRegistry;

/// <summary>A manifest that the registry has taken.</summary>
public class SetManifestResult
{
    internal SetManifestResult(string digest) => Digest = digest;

    public string Digest { get; }
}
