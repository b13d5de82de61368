using Azure.Containers.ContainerRegistry.Protocol;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry;

/// <summary>
/// Blobs and manifests of one repository, by the OCI distribution protocol over https. Every digest is computed here and compared: what comes back, and what
/// the registry says it took, is what was meant, or it is an error of status 200. Safe for use by many threads.
/// </summary>
public class ContainerRegistryContentClient
{
    private readonly RegistryService service;

    /// <summary>Anonymously: a registry may let anybody read.</summary>
    public ContainerRegistryContentClient(Uri endpoint, string repositoryName)
        : this(endpoint, repositoryName, new ContainerRegistryClientOptions())
    {
    }

    public ContainerRegistryContentClient(Uri endpoint, string repositoryName, ContainerRegistryClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(repositoryName);
        service = new(endpoint, null, options);
        RepositoryName = repositoryName;
    }

    public ContainerRegistryContentClient(Uri endpoint, string repositoryName, TokenCredential credential)
        : this(endpoint, repositoryName, credential, new ContainerRegistryClientOptions())
    {
    }

    public ContainerRegistryContentClient(Uri endpoint, string repositoryName, TokenCredential credential, ContainerRegistryClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(repositoryName);
        service = new(endpoint, credential, options);
        RepositoryName = repositoryName;
    }

    public virtual Uri Endpoint => service.Endpoint;

    public virtual string RepositoryName { get; }

    /// <summary>Uploads a blob of any size, 4 MiB in a request.</summary>
    /// <exception cref="RequestFailedException">The registry refused it, or has another digest; nothing is kept of it then.</exception>
    public virtual Response<UploadRegistryBlobResult> UploadBlob(BinaryData content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return UploadBlob(content.ToStream(), cancellationToken);
    }

    /// <summary>Uploads a blob of any size, 4 MiB in a request, or as much as one read gives.</summary>
    /// <exception cref="RequestFailedException">The registry refused it, or has another digest; nothing is kept of it then.</exception>
    /// <exception cref="InvalidOperationException">The stream doesn't know its length, and is empty.</exception>
    public virtual Response<UploadRegistryBlobResult> UploadBlob(Stream content, CancellationToken cancellationToken = default) =>
        UploadAsync(content, async: false, cancellationToken).Ended();

    /// <summary>Uploads a blob of any size, 4 MiB in a request.</summary>
    /// <exception cref="RequestFailedException">The registry refused it, or has another digest; nothing is kept of it then.</exception>
    public virtual Task<Response<UploadRegistryBlobResult>> UploadBlobAsync(BinaryData content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return UploadBlobAsync(content.ToStream(), cancellationToken);
    }

    /// <summary>Uploads a blob of any size, 4 MiB in a request, or as much as one read gives.</summary>
    /// <exception cref="RequestFailedException">The registry refused it, or has another digest; nothing is kept of it then.</exception>
    /// <exception cref="InvalidOperationException">The stream doesn't know its length, and is empty.</exception>
    public virtual Task<Response<UploadRegistryBlobResult>> UploadBlobAsync(Stream content, CancellationToken cancellationToken = default) =>
        UploadAsync(content, async: true, cancellationToken);

    /// <summary>Downloads a blob into memory.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual Response<DownloadRegistryBlobResult> DownloadBlobContent(string digest, CancellationToken cancellationToken = default) =>
        Download(digest, async: false, cancellationToken).ToMemoryAsync().Ended();

    /// <summary>Downloads a blob into memory.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual Task<Response<DownloadRegistryBlobResult>> DownloadBlobContentAsync(string digest, CancellationToken cancellationToken = default) =>
        Download(digest, async: true, cancellationToken).ToMemoryAsync();

    /// <summary>Begins to download a blob; the result must be disposed of.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty.</exception>
    public virtual Response<DownloadRegistryBlobStreamingResult> DownloadBlobStreaming(string digest, CancellationToken cancellationToken = default) =>
        Download(digest, async: false, cancellationToken).ToStreamAsync().Ended();

    /// <summary>Begins to download a blob; the result must be disposed of.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty.</exception>
    public virtual Task<Response<DownloadRegistryBlobStreamingResult>> DownloadBlobStreamingAsync(string digest, CancellationToken cancellationToken = default) =>
        Download(digest, async: true, cancellationToken).ToStreamAsync();

    /// <summary>Downloads a blob, 4 MiB in a request. What was written is not to be used when this throws.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual Response DownloadBlobTo(string digest, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Download(digest, async: false, cancellationToken).ToAsync(destination).Ended();
    }

    /// <summary>Downloads a blob, 4 MiB in a request, into a file that is made anew, and stays when this throws.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual Response DownloadBlobTo(string digest, string path, CancellationToken cancellationToken = default)
    {
        var download = Download(digest, async: false, cancellationToken);
        using var file = File.Create(path);
        return download.ToAsync(file).Ended();
    }

    /// <summary>Downloads a blob, 4 MiB in a request. What was written is not to be used when this throws.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual Task<Response> DownloadBlobToAsync(string digest, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Download(digest, async: true, cancellationToken).ToAsync(destination);
    }

    /// <summary>Downloads a blob, 4 MiB in a request, into a file that is made anew, and stays when this throws.</summary>
    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN; 200 when it is empty, or what arrived has another digest.</exception>
    public virtual async Task<Response> DownloadBlobToAsync(string digest, string path, CancellationToken cancellationToken = default)
    {
        var download = Download(digest, async: true, cancellationToken);
        using var file = File.Create(path);
        return await download.ToAsync(file).ConfigureAwait(false);
    }

    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN.</exception>
    public virtual Response DeleteBlob(string digest, CancellationToken cancellationToken = default) => DeleteBlobAsync(digest, async: false, cancellationToken).Ended();

    /// <exception cref="RequestFailedException">404 BLOB_UNKNOWN.</exception>
    public virtual Task<Response> DeleteBlobAsync(string digest, CancellationToken cancellationToken = default) => DeleteBlobAsync(digest, async: true, cancellationToken);

    /// <summary>Stores a manifest, under a tag too if one is given; a tag that is there moves. Once or twice makes no difference.</summary>
    /// <exception cref="RequestFailedException">The registry refused it: 400 MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, TAG_INVALID.</exception>
    public virtual Response<SetManifestResult> SetManifest(
        OciImageManifest manifest, string? tag = null, ManifestMediaType? mediaType = null, CancellationToken cancellationToken = default) =>
        SetAsync(Serialize(manifest), tag, mediaType, async: false, cancellationToken).Ended();

    /// <summary>Stores a manifest byte by byte as it is.</summary>
    /// <param name="mediaType">Null stands for an OCI image manifest.</param>
    /// <exception cref="RequestFailedException">The registry refused it: 400 MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, TAG_INVALID.</exception>
    public virtual Response<SetManifestResult> SetManifest(
        BinaryData manifest, string? tag = null, ManifestMediaType? mediaType = null, CancellationToken cancellationToken = default) =>
        SetAsync(manifest, tag, mediaType, async: false, cancellationToken).Ended();

    /// <summary>Stores a manifest, under a tag too if one is given; a tag that is there moves. Once or twice makes no difference.</summary>
    /// <exception cref="RequestFailedException">The registry refused it: 400 MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, TAG_INVALID.</exception>
    public virtual Task<Response<SetManifestResult>> SetManifestAsync(
        OciImageManifest manifest, string? tag = null, ManifestMediaType? mediaType = null, CancellationToken cancellationToken = default) =>
        SetAsync(Serialize(manifest), tag, mediaType, async: true, cancellationToken);

    /// <summary>Stores a manifest byte by byte as it is.</summary>
    /// <param name="mediaType">Null stands for an OCI image manifest.</param>
    /// <exception cref="RequestFailedException">The registry refused it: 400 MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, TAG_INVALID.</exception>
    public virtual Task<Response<SetManifestResult>> SetManifestAsync(
        BinaryData manifest, string? tag = null, ManifestMediaType? mediaType = null, CancellationToken cancellationToken = default) =>
        SetAsync(manifest, tag, mediaType, async: true, cancellationToken);

    /// <summary>Reads a manifest of at most 4 MiB.</summary>
    /// <exception cref="RequestFailedException">404 MANIFEST_UNKNOWN; 200 when it is larger, or what arrived has another digest.</exception>
    public virtual Response<GetManifestResult> GetManifest(string tagOrDigest, CancellationToken cancellationToken = default) =>
        GetAsync(tagOrDigest, async: false, cancellationToken).Ended();

    /// <summary>Reads a manifest of at most 4 MiB.</summary>
    /// <exception cref="RequestFailedException">404 MANIFEST_UNKNOWN; 200 when it is larger, or what arrived has another digest.</exception>
    public virtual Task<Response<GetManifestResult>> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken = default) =>
        GetAsync(tagOrDigest, async: true, cancellationToken);

    /// <summary>Deletes a manifest and with it all its tags; a missing one is the 404 response, not an exception.</summary>
    public virtual Response DeleteManifest(string digest, CancellationToken cancellationToken = default) =>
        DeleteManifestAsync(digest, async: false, cancellationToken).Ended();

    /// <summary>Deletes a manifest and with it all its tags; a missing one is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteManifestAsync(string digest, CancellationToken cancellationToken = default) =>
        DeleteManifestAsync(digest, async: true, cancellationToken);

    private static BinaryData Serialize(OciImageManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return BinaryData.FromObjectAsJson(manifest);
    }

    private Task<Response<UploadRegistryBlobResult>> UploadAsync(Stream content, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new BlobUpload(service, RepositoryName, async, cancellationToken).RunAsync(content);
    }

    private BlobDownload Download(string digest, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return new(service, RepositoryName, digest, async, cancellationToken);
    }

    private async Task<Response> DeleteBlobAsync(string digest, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        using var message = service.NewMessage(RequestMethod.Delete, Accept.Accepted, "/v2/", RepositoryName, "/blobs/", digest);
        return await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<Response<SetManifestResult>> SetAsync(BinaryData manifest, string? tag, ManifestMediaType? mediaType, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return ManifestRequests.SetAsync(service, RepositoryName, manifest, tag, mediaType, async, cancellationToken);
    }

    private Task<Response<GetManifestResult>> GetAsync(string tagOrDigest, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tagOrDigest);
        return ManifestRequests.GetAsync(service, RepositoryName, tagOrDigest, async, cancellationToken);
    }

    private Task<Response> DeleteManifestAsync(string digest, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return ManifestRequests.DeleteAsync(service, RepositoryName, digest, async, cancellationToken);
    }
}
