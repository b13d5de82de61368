using System.Security.Cryptography;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>A download that throws at its end, or when it goes on behind that, if it has not the digest.</summary>
/// <param name="content">Never ends before its length.</param>
internal sealed class VerifiedStream(Stream content, long length, string digest) : ReadOnceStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long received;

    /// <exception cref="RequestFailedException">This read reached the end, and the digest is another, or it went on behind the end.</exception>
    protected override async ValueTask<int> ReadAsync(Memory<byte> buffer, bool async, CancellationToken cancellationToken)
    {
        var read = await content.ReadAsync(buffer, async, cancellationToken).ConfigureAwait(false);
        hash.AppendData(buffer.Span[..read]);
        received += read;

        // What comes behind the end has a hash of its own, so that it is refused as well.
        if (read > 0 && received >= length)
            Digest.Verify(Digest.Of(hash), digest, Digest.OfContentDiffers);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
