using System.Security.Cryptography;
using ProCode.Results;

namespace ProCode.Images;

/// <summary>An OCI image layout folder as an image store. Blobs are written beside their place and renamed into it, so a blob that is
/// there is whole; a write cut off by a crash leaves a file in <c>ingest/</c> that nobody reads and that is removed an hour later.
/// Names live in index.json, changed under a lock that ends with its holder.</summary>
internal sealed class OciLayoutStore : IImageStore
{
    private const int MaxDocumentBytes = 4 << 20;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);
    private readonly string _blobs;
    private readonly string _ingest;
    private readonly TimeProvider _time;
    private readonly OciLayoutIndex _index;
    private readonly Lazy<bool> _prepared;

    public OciLayoutStore(string folder, TimeProvider time)
    {
        var root = Path.GetFullPath(folder);
        _blobs = Path.Combine(root, "blobs", "sha256");
        _ingest = Path.Combine(root, "ingest");
        _time = time;
        _index = new OciLayoutIndex(root, _ingest);
        _prepared = new Lazy<bool>(Prepare, LazyThreadSafetyMode.PublicationOnly); // A failure must not be remembered.
    }

    public string Name => "layout";

    public Task<bool> HasBlobAsync(OciDescriptor blob, CancellationToken cancellation) => Task.FromResult(HasBlob(blob));

    public async Task<Result<Done>> PutBlobAsync(OciDescriptor blob, Stream content, CancellationToken cancellation)
    {
        if (!Oci.IsDigest(blob.Digest)) return Damaged(blob.Digest);
        if (HasBlob(blob)) return Done.Value;
        _ = _prepared.Value;
        var temporary = Path.Combine(_ingest, Guid.NewGuid().ToString("n"));
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
            await using (file)
            {
                await content.CopyToAsync(file, 1 << 16, cancellation);
                if (!await MatchesAsync(file, blob, cancellation)) return Damaged(blob.Digest);
            }
            File.Move(temporary, PathOf(blob.Digest), overwrite: true);
            return Done.Value;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task<Result<Stream>> OpenBlobAsync(OciDescriptor blob, CancellationToken cancellation)
    {
        if (!Oci.IsDigest(blob.Digest) || !File.Exists(PathOf(blob.Digest))) return ImageErrors.ImageNotFound.With($"The blob {blob.Digest} is not in the image store.");
        var file = OpenForReading(PathOf(blob.Digest));
        if (await MatchesAsync(file, blob, cancellation)) return file;
        await file.DisposeAsync();
        return Damaged(blob.Digest);
    }

    public async Task<string> PutManifestAsync(string repository, string tag, ReadOnlyMemory<byte> manifest, CancellationToken cancellation)
    {
        var descriptor = Oci.Describe(Oci.ManifestType, manifest.Span);
        using var content = new MemoryStream(manifest.ToArray(), writable: false);
        var stored = await PutBlobAsync(descriptor, content, cancellation);
        if (!stored.Succeeded) throw new IOException(stored.Error.Message);
        await _index.PointAsync($"{repository}:{tag}", descriptor, cancellation);
        return descriptor.Digest;
    }

    public async Task<Result<StoredManifest>> GetManifestAsync(string referenceOrDigest, CancellationToken cancellation)
    {
        var notFound = ImageErrors.ImageNotFound.With($"The image {referenceOrDigest} is not in the image store.");
        var digest = Oci.IsDigest(referenceOrDigest) ? referenceOrDigest : await FindAsync(referenceOrDigest, cancellation);
        if (digest is null || !Oci.IsDigest(digest) || !File.Exists(PathOf(digest))) return notFound;
        await using var file = OpenForReading(PathOf(digest));
        if (file.Length > MaxDocumentBytes) return ImageErrors.ImageDamaged.With($"{digest} is too large to be a manifest.");
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content, cancellation);
        return Oci.Describe(Oci.ManifestType, content).Digest == digest ? new StoredManifest(digest, content) : Damaged(digest);
    }

    private async Task<string?> FindAsync(string reference, CancellationToken cancellation)
    {
        if (!reference.StartsWith($"{Name}/", StringComparison.Ordinal)) return null;
        return await _index.FindAsync(reference[(Name.Length + 1)..], cancellation);
    }

    private bool HasBlob(OciDescriptor blob) =>
        Oci.IsDigest(blob.Digest) && new FileInfo(PathOf(blob.Digest)) is { Exists: true } file && file.Length == blob.Size;

    private static async Task<bool> MatchesAsync(FileStream file, OciDescriptor blob, CancellationToken cancellation)
    {
        if (file.Length != blob.Size) return false;
        file.Position = 0;
        var hash = await SHA256.HashDataAsync(file, cancellation);
        file.Position = 0;
        return Oci.DigestOf(hash) == blob.Digest;
    }

    private static FileStream OpenForReading(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous);

    private string PathOf(string digest) => Path.Combine(_blobs, digest["sha256:".Length..]);

    private static Error Damaged(string digest) =>
        ImageErrors.ImageDamaged.With($"The blob {digest} is not what its digest says. Delete it from the image store and build again.");

    private bool Prepare()
    {
        Directory.CreateDirectory(_blobs);
        Directory.CreateDirectory(_ingest);
        _index.Prepare();
        foreach (var file in new DirectoryInfo(_ingest).EnumerateFiles())
        {
            if (_time.GetUtcNow() - file.LastWriteTimeUtc > AbandonedAfter) file.Delete();
        }
        return true;
    }
}
