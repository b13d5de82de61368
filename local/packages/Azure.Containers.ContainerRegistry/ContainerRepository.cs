using Azure.Containers.ContainerRegistry.Protocol;

namespace Azure.Containers.ContainerRegistry;

/// <summary>One repository of a registry. Safe for use by many threads.</summary>
public class ContainerRepository
{
    private readonly RegistryService service;
    private readonly PropertiesRequests requests;

    internal ContainerRepository(RegistryService service, string name)
    {
        this.service = service;
        Name = name;
        requests = new(service, name);
    }

    public virtual Uri RegistryEndpoint => service.Endpoint;

    public virtual string Name { get; }

    /// <summary>Sends nothing.</summary>
    public virtual RegistryArtifact GetArtifact(string tagOrDigest)
    {
        ArgumentException.ThrowIfNullOrEmpty(tagOrDigest);
        return new(service, Name, tagOrDigest);
    }

    /// <exception cref="RequestFailedException">404 NAME_UNKNOWN.</exception>
    public virtual Response<ContainerRepositoryProperties> GetProperties(CancellationToken cancellationToken = default) =>
        requests.RepositoryAsync(null, async: false, cancellationToken).Ended();

    /// <exception cref="RequestFailedException">404 NAME_UNKNOWN.</exception>
    public virtual Task<Response<ContainerRepositoryProperties>> GetPropertiesAsync(CancellationToken cancellationToken = default) =>
        requests.RepositoryAsync(null, async: true, cancellationToken);

    /// <summary>Changes what may be done with the repository, as far as the value says it.</summary>
    public virtual Response<ContainerRepositoryProperties> UpdateProperties(ContainerRepositoryProperties value, CancellationToken cancellationToken = default) =>
        requests.RepositoryAsync(AllowedBy(value), async: false, cancellationToken).Ended();

    /// <summary>Changes what may be done with the repository, as far as the value says it.</summary>
    public virtual Task<Response<ContainerRepositoryProperties>> UpdatePropertiesAsync(ContainerRepositoryProperties value, CancellationToken cancellationToken = default) =>
        requests.RepositoryAsync(AllowedBy(value), async: true, cancellationToken);

    /// <summary>All manifests, those without a tag too.</summary>
    public virtual Pageable<ArtifactManifestProperties> GetAllManifestProperties(
        ArtifactManifestOrder manifestOrder = ArtifactManifestOrder.None, CancellationToken cancellationToken = default) =>
        requests.Manifests(manifestOrder, cancellationToken).InPages();

    /// <summary>All manifests, those without a tag too.</summary>
    public virtual AsyncPageable<ArtifactManifestProperties> GetAllManifestPropertiesAsync(
        ArtifactManifestOrder manifestOrder = ArtifactManifestOrder.None, CancellationToken cancellationToken = default) =>
        requests.Manifests(manifestOrder, cancellationToken).InAsyncPages();

    /// <summary>Deletes the repository with all that is in it; a missing one is the 404 response, not an exception.</summary>
    public virtual Response Delete(CancellationToken cancellationToken = default) => requests.DeleteRepositoryAsync(async: false, cancellationToken).Ended();

    /// <summary>Deletes the repository with all that is in it; a missing one is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) => requests.DeleteRepositoryAsync(async: true, cancellationToken);

    private static Allowed AllowedBy(ContainerRepositoryProperties value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.CanDelete, value.CanWrite, value.CanList, value.CanRead);
    }
}
