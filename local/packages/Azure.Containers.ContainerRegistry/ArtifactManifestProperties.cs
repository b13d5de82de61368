namespace Azure.Containers.ContainerRegistry;

/// <summary>What the registry knows of a manifest. Of one that is made here, only what may be done with it is of use, for an update.</summary>
public class ArtifactManifestProperties
{
    public string RegistryLoginServer { get; internal init; }

    public string RepositoryName { get; internal init; }

    public string Digest { get; internal init; }

    /// <summary>The whole artifact's size, layers included.</summary>
    public long? SizeInBytes { get; internal init; }

    public DateTimeOffset CreatedOn { get; internal init; }

    public DateTimeOffset LastUpdatedOn { get; internal init; }

    public ArtifactArchitecture? Architecture { get; internal init; }

    public ArtifactOperatingSystem? OperatingSystem { get; internal init; }

    public IReadOnlyList<string> Tags { get; internal init; } = [];

    /// <summary>Null in an update leaves it as it is; so with the others.</summary>
    public bool? CanDelete { get; set; }

    public bool? CanWrite { get; set; }

    public bool? CanList { get; set; }

    public bool? CanRead { get; set; }
}
