using Azure.Containers.ContainerRegistry.Protocol;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry;

/// <summary>What is in a registry: its repositories, and what leads to them. Safe for use by many threads.</summary>
public class ContainerRegistryClient
{
    private readonly RegistryService service;

    /// <summary>Anonymously: a registry may let anybody read.</summary>
    public ContainerRegistryClient(Uri endpoint)
        : this(endpoint, new ContainerRegistryClientOptions())
    {
    }

    public ContainerRegistryClient(Uri endpoint, ContainerRegistryClientOptions options) => service = new(endpoint, null, options);

    public ContainerRegistryClient(Uri endpoint, TokenCredential credential)
        : this(endpoint, credential, new ContainerRegistryClientOptions())
    {
    }

    public ContainerRegistryClient(Uri endpoint, TokenCredential credential, ContainerRegistryClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        service = new(endpoint, credential, options);
    }

    public virtual Uri Endpoint => service.Endpoint;

    public virtual Pageable<string> GetRepositoryNames(CancellationToken cancellationToken = default) =>
        PropertiesRequests.Repositories(service, cancellationToken).InPages();

    public virtual AsyncPageable<string> GetRepositoryNamesAsync(CancellationToken cancellationToken = default) =>
        PropertiesRequests.Repositories(service, cancellationToken).InAsyncPages();

    /// <summary>Sends nothing.</summary>
    public virtual ContainerRepository GetRepository(string repositoryName)
    {
        ArgumentException.ThrowIfNullOrEmpty(repositoryName);
        return new(service, repositoryName);
    }

    /// <summary>Sends nothing.</summary>
    public virtual RegistryArtifact GetArtifact(string repositoryName, string tagOrDigest)
    {
        ArgumentException.ThrowIfNullOrEmpty(repositoryName);
        ArgumentException.ThrowIfNullOrEmpty(tagOrDigest);
        return new(service, repositoryName, tagOrDigest);
    }

    /// <summary>Deletes a repository with all that is in it; a missing one is the 404 response, not an exception.</summary>
    public virtual Response DeleteRepository(string repositoryName, CancellationToken cancellationToken = default) =>
        GetRepository(repositoryName).Delete(cancellationToken);

    /// <summary>Deletes a repository with all that is in it; a missing one is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteRepositoryAsync(string repositoryName, CancellationToken cancellationToken = default) =>
        GetRepository(repositoryName).DeleteAsync(cancellationToken);
}
