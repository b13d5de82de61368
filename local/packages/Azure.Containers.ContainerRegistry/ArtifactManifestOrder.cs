namespace Azure.Containers.ContainerRegistry;

/// <summary>The order in which a repository's manifests are listed.</summary>
public enum ArtifactManifestOrder
{
    /// <summary>As the registry likes.</summary>
    None,

    /// <summary>The one changed last comes first.</summary>
    LastUpdatedOnDescending,

    /// <summary>The one changed last comes last.</summary>
    LastUpdatedOnAscending,
}
