using System.Text.Json;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Manifests as the distribution protocol has them.</summary>
internal static class ManifestRequests
{
    private const long MaxSize = 4 * 1024 * 1024;

    private static readonly string AllKinds = string.Join(
        ", ",
        "*/*",
        ManifestMediaType.DockerManifest.ToString(),
        "application/vnd.docker.distribution.manifest.list.v2+json",
        ManifestMediaType.OciImageManifest.ToString(),
        "application/vnd.oci.image.index.v1+json",
        "application/json");

    /// <exception cref="RequestFailedException">The registry refused it, or has another digest.</exception>
    public static async Task<Response<SetManifestResult>> SetAsync(
        RegistryService service, string repository, BinaryData manifest, string? tag, ManifestMediaType? mediaType, bool async, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(manifest);
        using var message = service.NewMessage(RequestMethod.Put, Accept.Created, "/v2/", repository, "/manifests/", tag ?? digest);
        message.Request.Headers.SetValue("Content-Type", (mediaType ?? ManifestMediaType.OciImageManifest).ToString());
        message.Request.Content = RequestContent.Create(manifest);
        var response = await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
        Digest.Verify(digest, DigestIn(response), Digest.OfTheRegistryDiffers);
        return Response.FromValue(new SetManifestResult(digest), response);
    }

    /// <exception cref="RequestFailedException">There is none, it is larger than 4 MiB, or what arrived is another.</exception>
    /// <exception cref="JsonException">What arrived is no JSON.</exception>
    public static async Task<Response<GetManifestResult>> GetAsync(
        RegistryService service, string repository, string tagOrDigest, bool async, CancellationToken cancellationToken)
    {
        using var message = service.NewMessage(RequestMethod.Get, Accept.Ok, "/v2/", repository, "/manifests/", tagOrDigest);
        message.Request.Headers.SetValue("Accept", AllKinds);
        var response = await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
        using (JsonDocument.Parse(response.Content))
        {
            // The package reads it before anything else, so that this is its first error.
        }

        if (response.Headers.ContentLengthLong is not { } length || length <= 0)
            throw new RequestFailedException(response.Status, "Invalid content length in the registry's answer.");
        if (length > MaxSize)
            throw new RequestFailedException(response.Status, "Manifest size is bigger than max allowed size of 4MB.");
        var digest = Digest.Of(response.Content);
        Digest.Verify(digest, DigestIn(response), Digest.OfTheRegistryDiffers);
        if (Digest.IsOne(tagOrDigest))
            Digest.Verify(digest, tagOrDigest, Digest.OfManifestDiffers);
        return Response.FromValue(new GetManifestResult(digest, response.Headers.ContentType ?? "", response.Content), response);
    }

    /// <summary>Deletes it; a missing one is the 404 response, not an exception.</summary>
    public static async Task<Response> DeleteAsync(RegistryService service, string repository, string digest, bool async, CancellationToken cancellationToken)
    {
        using var message = service.NewMessage(RequestMethod.Delete, Accept.AcceptedOrMissing, "/v2/", repository, "/manifests/", digest);
        return await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
    }

    private static string? DigestIn(Response response) => response.Headers.TryGetValue("Docker-Content-Digest", out var digest) ? digest : null;
}
