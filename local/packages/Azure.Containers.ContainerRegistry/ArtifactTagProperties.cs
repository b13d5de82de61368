namespace Azure.Containers.ContainerRegistry;

/// <summary>What the registry knows of a tag. Of one that is made here, only what may be done with it is of use, for an update.</summary>
public class ArtifactTagProperties
{
    public string RegistryLoginServer { get; internal init; }

    public string RepositoryName { get; internal init; }

    public string Name { get; internal init; }

    /// <summary>Of the manifest that the tag stands for now.</summary>
    public string Digest { get; internal init; }

    public DateTimeOffset CreatedOn { get; internal init; }

    public DateTimeOffset LastUpdatedOn { get; internal init; }

    /// <summary>Null in an update leaves it as it is; so with the others.</summary>
    public bool? CanDelete { get; set; }

    public bool? CanWrite { get; set; }

    public bool? CanList { get; set; }

    public bool? CanRead { get; set; }
}
