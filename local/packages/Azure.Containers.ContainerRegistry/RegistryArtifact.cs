using Azure.Containers.ContainerRegistry.Protocol;

namespace Azure.Containers.ContainerRegistry;

/// <summary>
/// One artifact: a manifest with its tags. Made from a tag, it asks for the tag's manifest once and stays with that, wherever the tag moves.
/// Safe for use by many threads.
/// </summary>
public class RegistryArtifact
{
    private readonly RegistryService service;
    private readonly PropertiesRequests requests;
    private readonly string tagOrDigest;
    private string? digest;

    internal RegistryArtifact(RegistryService service, string repositoryName, string tagOrDigest)
    {
        this.service = service;
        this.tagOrDigest = tagOrDigest;
        RepositoryName = repositoryName;
        requests = new(service, repositoryName);
        var isDigest = tagOrDigest.Contains(':', StringComparison.Ordinal);
        digest = isDigest ? tagOrDigest : null;
        FullyQualifiedReference = $"{service.Endpoint.Host}/{repositoryName}{(isDigest ? '@' : ':')}{tagOrDigest}";
    }

    public virtual Uri RegistryEndpoint => service.Endpoint;

    public virtual string RepositoryName { get; }

    /// <summary>Host, without port, repository, and tag or digest.</summary>
    public virtual string FullyQualifiedReference { get; }

    /// <exception cref="RequestFailedException">404: there is no such tag or manifest.</exception>
    public virtual Response<ArtifactManifestProperties> GetManifestProperties(CancellationToken cancellationToken = default) =>
        ManifestAsync(null, async: false, cancellationToken).Ended();

    /// <exception cref="RequestFailedException">404: there is no such tag or manifest.</exception>
    public virtual Task<Response<ArtifactManifestProperties>> GetManifestPropertiesAsync(CancellationToken cancellationToken = default) =>
        ManifestAsync(null, async: true, cancellationToken);

    /// <summary>Changes what may be done with the manifest, as far as the value says it.</summary>
    public virtual Response<ArtifactManifestProperties> UpdateManifestProperties(ArtifactManifestProperties value, CancellationToken cancellationToken = default) =>
        ManifestAsync(AllowedBy(value), async: false, cancellationToken).Ended();

    /// <summary>Changes what may be done with the manifest, as far as the value says it.</summary>
    public virtual Task<Response<ArtifactManifestProperties>> UpdateManifestPropertiesAsync(ArtifactManifestProperties value, CancellationToken cancellationToken = default) =>
        ManifestAsync(AllowedBy(value), async: true, cancellationToken);

    /// <summary>Deletes the manifest and with it all its tags; a missing manifest is the 404 response, not an exception.</summary>
    /// <exception cref="RequestFailedException">404: this was made from a tag that there isn't.</exception>
    public virtual Response Delete(CancellationToken cancellationToken = default) => DeleteAsync(async: false, cancellationToken).Ended();

    /// <summary>Deletes the manifest and with it all its tags; a missing manifest is the 404 response, not an exception.</summary>
    /// <exception cref="RequestFailedException">404: this was made from a tag that there isn't.</exception>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) => DeleteAsync(async: true, cancellationToken);

    /// <summary>The tags of this manifest.</summary>
    public virtual Pageable<ArtifactTagProperties> GetAllTagProperties(ArtifactTagOrder tagOrder = ArtifactTagOrder.None, CancellationToken cancellationToken = default) =>
        Tags(tagOrder, cancellationToken).InPages();

    /// <summary>The tags of this manifest.</summary>
    public virtual AsyncPageable<ArtifactTagProperties> GetAllTagPropertiesAsync(ArtifactTagOrder tagOrder = ArtifactTagOrder.None, CancellationToken cancellationToken = default) =>
        Tags(tagOrder, cancellationToken).InAsyncPages();

    /// <summary>Any tag of the repository, not only this manifest's.</summary>
    /// <exception cref="RequestFailedException">404 TAG_UNKNOWN.</exception>
    public virtual Response<ArtifactTagProperties> GetTagProperties(string tag, CancellationToken cancellationToken = default) =>
        TagAsync(tag, null, async: false, cancellationToken).Ended();

    /// <summary>Any tag of the repository, not only this manifest's.</summary>
    /// <exception cref="RequestFailedException">404 TAG_UNKNOWN.</exception>
    public virtual Task<Response<ArtifactTagProperties>> GetTagPropertiesAsync(string tag, CancellationToken cancellationToken = default) =>
        TagAsync(tag, null, async: true, cancellationToken);

    /// <summary>Changes what may be done with the tag, as far as the value says it.</summary>
    public virtual Response<ArtifactTagProperties> UpdateTagProperties(string tag, ArtifactTagProperties value, CancellationToken cancellationToken = default) =>
        TagAsync(tag, AllowedBy(value), async: false, cancellationToken).Ended();

    /// <summary>Changes what may be done with the tag, as far as the value says it.</summary>
    public virtual Task<Response<ArtifactTagProperties>> UpdateTagPropertiesAsync(string tag, ArtifactTagProperties value, CancellationToken cancellationToken = default) =>
        TagAsync(tag, AllowedBy(value), async: true, cancellationToken);

    /// <summary>Takes the tag away and leaves the manifest; a missing tag is the 404 response, not an exception.</summary>
    public virtual Response DeleteTag(string tag, CancellationToken cancellationToken = default) => DeleteTagAsync(tag, async: false, cancellationToken).Ended();

    /// <summary>Takes the tag away and leaves the manifest; a missing tag is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteTagAsync(string tag, CancellationToken cancellationToken = default) => DeleteTagAsync(tag, async: true, cancellationToken);

    private static Allowed AllowedBy(ArtifactManifestProperties value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.CanDelete, value.CanWrite, value.CanList, value.CanRead);
    }

    private static Allowed AllowedBy(ArtifactTagProperties value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.CanDelete, value.CanWrite, value.CanList, value.CanRead);
    }

    private async Task<string> DigestAsync(bool async, CancellationToken cancellationToken) =>
        digest ??= (await requests.TagAsync(tagOrDigest, null, async, cancellationToken).ConfigureAwait(false)).Value.Digest;

    private async Task<Response<ArtifactManifestProperties>> ManifestAsync(Allowed? update, bool async, CancellationToken cancellationToken) =>
        await requests.ManifestAsync(await DigestAsync(async, cancellationToken).ConfigureAwait(false), update, async, cancellationToken).ConfigureAwait(false);

    private async Task<Response> DeleteAsync(bool async, CancellationToken cancellationToken) => await ManifestRequests.DeleteAsync(
        service, RepositoryName, await DigestAsync(async, cancellationToken).ConfigureAwait(false), async, cancellationToken).ConfigureAwait(false);

    private Listing<ArtifactTagProperties> Tags(ArtifactTagOrder order, CancellationToken cancellationToken) =>
        requests.Tags(async => DigestAsync(async, cancellationToken), order, cancellationToken);

    private Task<Response<ArtifactTagProperties>> TagAsync(string tag, Allowed? update, bool async, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return requests.TagAsync(tag, update, async, cancellationToken);
    }

    private Task<Response> DeleteTagAsync(string tag, bool async, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return requests.DeleteTagAsync(tag, async, cancellationToken);
    }
}
