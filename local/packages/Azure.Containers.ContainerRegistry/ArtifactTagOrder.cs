namespace Azure.Containers.ContainerRegistry;

/// <summary>The order in which an artifact's tags are listed.</summary>
public enum ArtifactTagOrder
{
    /// <summary>As the registry likes.</summary>
    None,

    /// <summary>The one changed last comes first.</summary>
    LastUpdatedOnDescending,

    /// <summary>The one changed last comes last.</summary>
    LastUpdatedOnAscending,
}
