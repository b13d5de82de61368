using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>One blob's way into the registry: begun, sent piece by piece, each where the registry said at the one before, and ended with its digest.</summary>
internal sealed class BlobUpload(RegistryService service, string repository, bool async, CancellationToken cancellationToken)
{
    public const int ChunkSize = 4 * 1024 * 1024;

    private string location = "";

    /// <exception cref="RequestFailedException">The registry refused a request, or has another digest.</exception>
    /// <exception cref="InvalidOperationException">A stream of unknown length had nothing in it; the package fails there, too.</exception>
    public async Task<Response<UploadRegistryBlobResult>> RunAsync(Stream content)
    {
        location = LocationOf(await SendAsync(service.NewMessage(RequestMethod.Post, Accept.Accepted, "/v2/", repository, "/blobs/uploads/")).ConfigureAwait(false));
        var (digest, size) = content.CanSeek && content.Length < ChunkSize
            ? await SendWholeAsync(content).ConfigureAwait(false)
            : await SendInChunksAsync(content).ConfigureAwait(false);
        var last = service.NewMessageTo(location, RequestMethod.Put, Accept.Created);
        last.Request.Uri.AppendQuery("digest", digest, escapeValue: true);
        var response = await SendAsync(last).ConfigureAwait(false);
        Digest.Verify(digest, response.Headers.TryGetValue("Docker-Content-Digest", out var registrys) ? registrys : null, Digest.OfTheRegistryDiffers);
        return Response.FromValue(new UploadRegistryBlobResult(registrys!, size), response);
    }

    private async Task<(string Digest, long Size)> SendWholeAsync(Stream content)
    {
        var whole = new MemoryStream();
        if (async)
            await content.CopyToAsync(whole, cancellationToken).ConfigureAwait(false);
        else
            content.CopyTo(whole);
        var bytes = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        await SendChunkAsync(RequestContent.Create(bytes), range: null).ConfigureAwait(false);
        return (Digest.Of(bytes.Span), content.Length);
    }

    // A chunk is what one read gives: a stream that gives little takes many requests.
    private async Task<(string Digest, long Size)> SendInChunksAsync(Stream content)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var sent = 0L;
            while (await content.ReadAsync(buffer.AsMemory(0, ChunkSize), async, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                hash.AppendData(buffer, 0, read);
                await SendChunkAsync(
                    RequestContent.Create(buffer, 0, read), string.Create(CultureInfo.InvariantCulture, $"{sent}-{sent + read - 1}")).ConfigureAwait(false);
                sent += read;
            }

            return sent > 0 ? (Digest.Of(hash), sent) : throw new InvalidOperationException("An empty stream whose length is unknown can't be uploaded.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendChunkAsync(RequestContent chunk, string? range)
    {
        var message = service.NewMessageTo(location, RequestMethod.Patch, Accept.Accepted);
        if (range is not null)
            message.Request.Headers.SetValue("Content-Range", range);
        message.Request.Headers.SetValue("Content-Type", "application/octet-stream");
        message.Request.Content = chunk;
        location = LocationOf(await SendAsync(message).ConfigureAwait(false));
    }

    private async Task<Response> SendAsync(HttpMessage message)
    {
        using (message)
            return await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
    }

    private static string LocationOf(Response response) => response.Headers.TryGetValue("Location", out var next) ? next
        : throw new RequestFailedException(response.Status, "The registry doesn't say where the upload goes on.");
}
