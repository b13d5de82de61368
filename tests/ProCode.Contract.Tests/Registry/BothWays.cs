using Azure;
using Azure.Containers.ContainerRegistry;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Calls the asynchronous or the synchronous twin of a method, so that a test holds for both.</summary>
internal static class BothWays
{
    public static Task<Response<UploadRegistryBlobResult>> UploadAsync(
        this ContainerRegistryContentClient client, bool async, Stream content, CancellationToken cancellation = default) =>
        async ? client.UploadBlobAsync(content, cancellation) : Here(() => client.UploadBlob(content, cancellation));

    public static Task<Response<UploadRegistryBlobResult>> UploadAsync(
        this ContainerRegistryContentClient client, bool async, byte[] content, CancellationToken cancellation = default) =>
        async ? client.UploadBlobAsync(new BinaryData(content), cancellation) : Here(() => client.UploadBlob(new BinaryData(content), cancellation));

    public static Task<Response<DownloadRegistryBlobResult>> DownloadAsync(
        this ContainerRegistryContentClient client, bool async, string digest, CancellationToken cancellation = default) =>
        async ? client.DownloadBlobContentAsync(digest, cancellation) : Here(() => client.DownloadBlobContent(digest, cancellation));

    public static Task<Response<DownloadRegistryBlobStreamingResult>> OpenAsync(
        this ContainerRegistryContentClient client, bool async, string digest, CancellationToken cancellation = default) =>
        async ? client.DownloadBlobStreamingAsync(digest, cancellation) : Here(() => client.DownloadBlobStreaming(digest, cancellation));

    public static Task<Response> DownloadToAsync(
        this ContainerRegistryContentClient client, bool async, string digest, Stream destination, CancellationToken cancellation = default) =>
        async ? client.DownloadBlobToAsync(digest, destination, cancellation) : Here(() => client.DownloadBlobTo(digest, destination, cancellation));

    public static Task<Response> DownloadToAsync(
        this ContainerRegistryContentClient client, bool async, string digest, string path, CancellationToken cancellation = default) =>
        async ? client.DownloadBlobToAsync(digest, path, cancellation) : Here(() => client.DownloadBlobTo(digest, path, cancellation));

    public static Task<Response> DeleteBlobAsync(this ContainerRegistryContentClient client, bool async, string digest) =>
        async ? client.DeleteBlobAsync(digest) : Here(() => client.DeleteBlob(digest));

    public static Task<Response<SetManifestResult>> SetAsync(
        this ContainerRegistryContentClient client, bool async, OciImageManifest manifest, string? tag = null, ManifestMediaType? mediaType = null) =>
        async ? client.SetManifestAsync(manifest, tag, mediaType) : Here(() => client.SetManifest(manifest, tag, mediaType));

    public static Task<Response<SetManifestResult>> SetAsync(
        this ContainerRegistryContentClient client, bool async, BinaryData manifest, string? tag = null, ManifestMediaType? mediaType = null) =>
        async ? client.SetManifestAsync(manifest, tag, mediaType) : Here(() => client.SetManifest(manifest, tag, mediaType));

    public static Task<Response<GetManifestResult>> GetAsync(
        this ContainerRegistryContentClient client, bool async, string tagOrDigest, CancellationToken cancellation = default) =>
        async ? client.GetManifestAsync(tagOrDigest, cancellation) : Here(() => client.GetManifest(tagOrDigest, cancellation));

    public static Task<Response> DeleteAsync(this ContainerRegistryContentClient client, bool async, string digest) =>
        async ? client.DeleteManifestAsync(digest) : Here(() => client.DeleteManifest(digest));

    /// <summary>The pages of a list of at most two items each.</summary>
    public static async Task<List<Page<T>>> PagesOfTwoAsync<T>(bool async, Func<Pageable<T>> list, Func<AsyncPageable<T>> listAsync, string? continuation = null)
        where T : notnull =>
        async ? await listAsync().AsPages(continuation, pageSizeHint: 2).ToListAsync() : await Here(() => list().AsPages(continuation, pageSizeHint: 2).ToList());

    /// <summary>What a synchronous method does, its exception included, as a task.</summary>
    public static Task<T> Here<T>(Func<T> call)
    {
        try
        {
            return Task.FromResult(call());
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }
}
