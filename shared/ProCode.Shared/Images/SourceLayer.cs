using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using ProCode.Builds;
using ProCode.Storage;

namespace ProCode.Images;

/// <summary>The layer that holds a project's source under /app. Its bytes follow from paths, contents, execute bits and links alone:
/// not from the order, times, owners or umask of the tar it is made from.</summary>
internal sealed class SourceLayer : IAsyncDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int UstarNameBytes = 100;
    private readonly FileStream _content;

    private SourceLayer(OciDescriptor descriptor, string diffId, FileStream content) =>
        (Descriptor, DiffId, _content) = (descriptor, diffId, content);

    public OciDescriptor Descriptor { get; }

    /// <summary>The digest of the layer before compression.</summary>
    public string DiffId { get; }

    /// <summary>The compressed layer, from its start. One reader at a time.</summary>
    public Stream Content
    {
        get
        {
            _content.Position = 0;
            return _content;
        }
    }

    /// <summary>Throws <see cref="SourceTarException"/> for a source that breaks a rule.</summary>
    public static async Task<SourceLayer> CreateAsync(Stream source, CancellationToken cancellation)
    {
        // The order is known only at the end, and contents are looked up in that order: both need a file that can be sought.
        await using var spooled = ScratchFile.Create();
        await SpoolAsync(source, spooled, cancellation);
        await using var tar = ScratchFile.Create();
        await WriteTarAsync(spooled, tar, cancellation);
        tar.Position = 0;
        var diffId = Oci.DigestOf(await SHA256.HashDataAsync(tar, cancellation));
        tar.Position = 0;
        var compressed = ScratchFile.Create();
        await ReproducibleGzip.CompressAsync(tar, compressed, cancellation);
        compressed.Position = 0;
        var digest = Oci.DigestOf(await SHA256.HashDataAsync(compressed, cancellation));
        var marks = new Dictionary<string, string> { [Oci.LayerKey] = Oci.SourceLayer };
        return new SourceLayer(new OciDescriptor(Oci.GzipLayerType, digest, compressed.Length) { Annotations = marks }, diffId, compressed);
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private static async Task SpoolAsync(Stream source, FileStream target, CancellationToken cancellation)
    {
        // Room for a header and padding beside each entry's bytes.
        const long MaxTarBytes = SourceTar.MaxBytes + (SourceTar.MaxEntries * 4096L);
        var buffer = new byte[1 << 16];
        while (await source.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (target.Position + read > MaxTarBytes) throw new SourceTarException("The source archive is too large.");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
        await RequireTrailerAsync(target, cancellation);
        target.Position = 0;
    }

    /// <summary>A tar ends with two blocks of zeros. Without them its writer was cut off, perhaps just between two files.</summary>
    private static async Task RequireTrailerAsync(FileStream tar, CancellationToken cancellation)
    {
        var trailer = new byte[1024];
        tar.Position = Math.Max(0, tar.Length - trailer.Length);
        var read = await tar.ReadAtLeastAsync(trailer, trailer.Length, throwOnEndOfStream: false, cancellation);
        if (read < trailer.Length || trailer.AsSpan().ContainsAnyExcept((byte)0)) throw new SourceTarException("The source archive is incomplete.");
    }

    private static async Task WriteTarAsync(FileStream source, FileStream target, CancellationToken cancellation)
    {
        var entries = new SortedDictionary<string, SourceEntry>(StringComparer.Ordinal);
        await foreach (var entry in SourceTar.ReadAsync(source, cancellation))
        {
            entries[entry.Path] = entry;
            for (var slash = entry.Path.IndexOf('/'); slash > 0; slash = entry.Path.IndexOf('/', slash + 1)) AddFolder(entries, entry.Path[..slash]);
        }
        await using var writer = new TarWriter(target, TarEntryFormat.Gnu, leaveOpen: true);
        await writer.WriteEntryAsync(NewEntry(TarEntryType.Directory, "app/", string.Empty, Enterable), cancellation);
        foreach (var entry in entries.Values) await writer.WriteEntryAsync(ToTar(entry), cancellation);
    }

    private static void AddFolder(SortedDictionary<string, SourceEntry> entries, string path) =>
        entries.TryAdd(path, new SourceEntry(path, SourceEntryKind.Directory, false, 0, string.Empty, null));

    private static PosixTarEntry ToTar(SourceEntry entry)
    {
        var path = $"app/{entry.Path}";
        var written = entry.Kind switch
        {
            SourceEntryKind.File => NewEntry(TarEntryType.RegularFile, path, string.Empty, entry.Executable ? Enterable : Readable),
            SourceEntryKind.Directory => NewEntry(TarEntryType.Directory, path + "/", string.Empty, Enterable),
            SourceEntryKind.SymbolicLink => NewEntry(TarEntryType.SymbolicLink, path, entry.LinkTarget, Enterable),
        };
        if (entry.Kind is SourceEntryKind.File) written.DataStream = entry.Data;
        return written;
    }

    /// <summary>Plain ustar where the names fit, GNU's long names where not; never pax, whose headers differ between writers.</summary>
    private static PosixTarEntry NewEntry(TarEntryType type, string path, string link, UnixFileMode mode)
    {
        var fits = Encoding.UTF8.GetByteCount(path) <= UstarNameBytes && Encoding.UTF8.GetByteCount(link) <= UstarNameBytes;
        PosixTarEntry entry = fits ? new UstarTarEntry(type, path) : new GnuTarEntry(type, path);
        entry.Mode = mode;
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        (entry.Uid, entry.Gid, entry.UserName, entry.GroupName) = (0, 0, string.Empty, string.Empty);
        if (type is TarEntryType.SymbolicLink) entry.LinkName = link;
        return entry;
    }
}
