using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>One blob's way out of the registry, which may send the client elsewhere for it. What arrives has the digest, or it is an error.</summary>
internal sealed class BlobDownload(RegistryService service, string repository, string digest, bool async, CancellationToken cancellationToken)
{
    /// <exception cref="RequestFailedException">There is no such blob, it is empty, or what arrived is another.</exception>
    public async Task<Response<DownloadRegistryBlobResult>> ToMemoryAsync()
    {
        var (response, stream) = await OpenAsync(async).ConfigureAwait(false);
        using (stream)
        {
            var content = async ? await BinaryData.FromStreamAsync(stream, cancellationToken).ConfigureAwait(false) : BinaryData.FromStream(stream);
            Digest.Verify(Digest.Of(content), digest, Digest.OfContentDiffers);
            return Response.FromValue(new DownloadRegistryBlobResult(digest, content), response);
        }
    }

    /// <summary>A connection that breaks off or stalls, or an answer that ends early, is taken up again where it was, as often as the options allow retries.</summary>
    /// <exception cref="RequestFailedException">There is no such blob, or it is empty.</exception>
    public async Task<Response<DownloadRegistryBlobStreamingResult>> ToStreamAsync()
    {
        var (response, stream) = await OpenAsync(async).ConfigureAwait(false);
        var length = LengthOf(response);
        var resumed = new ResumedStream(stream, length, async (offset, async) => (await OpenRangeAsync(new HttpRange(offset), async).ConfigureAwait(false)).Content, service.MaxRetries);
        return Response.FromValue(new DownloadRegistryBlobStreamingResult(digest, new VerifiedStream(resumed, length, digest)), response);
    }

    /// <summary>Asks for 4 MiB at a time; returns the last answer. The destination has all of it before the digest is known.</summary>
    /// <exception cref="RequestFailedException">There is no such blob, it is empty, or what arrived is another.</exception>
    public async Task<Response> ToAsync(Stream destination)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlobUpload.ChunkSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var (offset, size) = (0L, long.MaxValue);
            while (true)
            {
                var wanted = (int)Math.Min(size - offset, BlobUpload.ChunkSize);
                var (response, stream) = await OpenRangeAsync(new HttpRange(offset, wanted), async).ConfigureAwait(false);
                Memory<byte> chunk;
                using (stream)
                {
                    size = SizeOf(response);
                    chunk = buffer.AsMemory(0, LengthOf(response) <= wanted ? (int)LengthOf(response)
                        : throw new RequestFailedException(response.Status, "The registry sent more than it was asked for."));
                    await FillAsync(stream, chunk).ConfigureAwait(false);
                }

                hash.AppendData(chunk.Span);
                await destination.WriteAsync(chunk, async, cancellationToken).ConfigureAwait(false);
                offset += chunk.Length;
                if (offset >= size)
                {
                    Digest.Verify(Digest.Of(hash), digest, Digest.OfContentDiffers);
                    await FlushAsync(destination).ConfigureAwait(false);
                    return response;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task<(Response Response, Stream Content)> OpenAsync(bool async) => OpenAsync(NewMessage(Accept.Ok), async);

    private Task<(Response Response, Stream Content)> OpenRangeAsync(HttpRange range, bool async)
    {
        var message = NewMessage(Accept.Part);
        message.Request.Headers.SetValue("Range", range.ToString());
        return OpenAsync(message, async);
    }

    private HttpMessage NewMessage(ResponseClassifier accepted)
    {
        var message = service.NewMessage(RequestMethod.Get, accepted, "/v2/", repository, "/blobs/", digest);
        message.BufferResponse = false;
        message.Request.Headers.SetValue("Accept", "application/octet-stream");
        RedirectPolicy.SetAllowAutoRedirect(message, true);
        return message;
    }

    private async Task<(Response Response, Stream Content)> OpenAsync(HttpMessage message, bool async)
    {
        using (message)
        {
            var response = await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
            _ = LengthOf(response);
            return (response, message.ExtractResponseContent()!);
        }
    }

    private async Task FillAsync(Stream stream, Memory<byte> chunk)
    {
        while (chunk.Length > 0)
        {
            var read = await stream.ReadAsync(chunk, async, cancellationToken).ConfigureAwait(false);
            chunk = read > 0 ? chunk[read..] : throw new IOException("The registry's answer ended early.");
        }
    }

    private async Task FlushAsync(Stream destination)
    {
        if (async)
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        else
            destination.Flush();
    }

    // A blob without a byte is refused, as by the package: a registry that says so may as well be broken.
    private static long LengthOf(Response response) => response.Headers.ContentLengthLong is { } length and > 0 ? length
        : throw new RequestFailedException(response.Status, "Invalid content length in the registry's answer.");

    private static long SizeOf(Response response) =>
        response.Headers.TryGetValue("Content-Range", out var range)
        && long.TryParse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw new RequestFailedException(response.Status, "Invalid content range in the registry's answer.");
}
