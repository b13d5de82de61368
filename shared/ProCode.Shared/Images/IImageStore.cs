using ProCode.Results;

namespace ProCode.Images;

/// <summary>
/// Where images are kept: blobs by digest, manifests by digest and by tag. Implementations are safe for concurrent use, in one process
/// and in several. Everything is idempotent: what is there already is not written again, and a write that was cut off leaves nothing
/// that a reader could see. What is read has been checked against its digest before the first byte is handed out. A digest that
/// isn't of the form <c>sha256:</c> and 64 hexadecimal digits is never found. A store that can't be reached or written throws.
/// </summary>
public interface IImageStore
{
    /// <summary>The first part of this store's references: <c>layout</c>.</summary>
    string Name { get; }

    /// <summary>True when the blob is there with its full size.</summary>
    Task<bool> HasBlobAsync(OciDescriptor blob, CancellationToken cancellation);

    /// <summary>Stores a blob, read to its end from <paramref name="content"/>. Content that isn't what the descriptor says is
    /// <see cref="ImageErrors.ImageDamaged"/> and isn't stored.</summary>
    Task<Result<Done>> PutBlobAsync(OciDescriptor blob, Stream content, CancellationToken cancellation);

    /// <summary>Opens a blob; <see cref="ImageErrors.ImageNotFound"/> or <see cref="ImageErrors.ImageDamaged"/> when it can't be trusted.</summary>
    Task<Result<Stream>> OpenBlobAsync(OciDescriptor blob, CancellationToken cancellation);

    /// <summary>Stores a manifest, after its blobs, and points <paramref name="tag"/> of <paramref name="repository"/> at it, wherever
    /// the tag pointed before. Returns the manifest's digest.</summary>
    Task<string> PutManifestAsync(string repository, string tag, ReadOnlyMemory<byte> manifest, CancellationToken cancellation);

    /// <summary>A manifest by reference (<c>layout/my-agent:v1.0.0</c>) or by digest.</summary>
    Task<Result<StoredManifest>> GetManifestAsync(string referenceOrDigest, CancellationToken cancellation);
}

/// <summary>A manifest's bytes, exactly as they were stored, and their digest.</summary>
public sealed record StoredManifest(string Digest, ReadOnlyMemory<byte> Content);
