using System.Formats.Tar;
using System.IO.Compression;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Repos.Sources;

/// <summary>Turns the tar.gz that a host makes of a commit (all files in one folder, in its own order, with its own times) into the tar that
/// <see cref="IGitHost.ArchiveAsync"/> promises.</summary>
internal static class HostArchive
{
    // Headers and padding of the entries come on top of their contents.
    private const int BytesPerEntry = 4096;

    /// <summary>More bytes than this no archive of an allowed source has, zipped or not.</summary>
    public static long MostBytes(SourceLimits limits) => limits.Bytes + ((long)limits.Entries * BytesPerEntry);

    /// <summary>The tar as a temporary file, at its start; it is gone once closed.</summary>
    public static async Task<Result<FileStream>> NormalizeAsync(Stream gzip, SourceLimits limits, CancellationToken cancellation)
    {
        await using var unzipped = ScratchFile.Create();
        try
        {
            if (await UnzipAsync(gzip, unzipped, MostBytes(limits), cancellation) is { } tooMuch) return tooMuch;
            var read = await ReadAsync(unzipped, limits, cancellation);
            return read.TryGet(out var files, out var error) ? SourceTar.Write(files, cancellation) : error;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or FormatException or EndOfStreamException)
        {
            return GitErrors.Unavailable("The git host sent an archive that can't be read.");
        }
    }

    private static async Task<Error?> UnzipAsync(Stream gzip, FileStream into, long most, CancellationToken cancellation)
    {
        await using var unzip = new GZipStream(gzip, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[81920];
        int count;
        while ((count = await unzip.ReadAsync(buffer, cancellation)) > 0)
        {
            if (into.Position + count > most) return GitErrors.SourceTooLarge.With($"The commit's archive is larger than {most / (1024 * 1024)} MB.");
            await into.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        await into.FlushAsync(cancellation);
        into.Position = 0;
        return null;
    }

    private static async Task<Result<IReadOnlyList<SourceFile>>> ReadAsync(FileStream tar, SourceLimits limits, CancellationToken cancellation)
    {
        var rules = new SourceRules(limits);
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            // Everything is in one folder, named after the repository and the commit; a global header is the host's own note.
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;
            var path = entry.Name.TrimEnd('/');
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0) continue;
            path = path[(slash + 1)..];

            // Nothing says that a folder comes before what is in it, so all names of the path are looked at.
            if (!path.Split('/').All(SourceRules.IsSafeName)) return GitErrors.SourceUnsafe.With($"The archive holds a path that can't be unpacked safely: {path}");
            if (rules.Refusal(path, Path.GetFileName(path)) is { } refusal) return refusal;

            // A submodule is an empty folder here.
            if (entry.EntryType == TarEntryType.Directory) continue;
            var (file, size) = (FileOf(entry, path, tar), entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName.Length : entry.Length);
            if (file is null) return GitErrors.SourceUnsafe.With($"The archive holds something that is neither a file nor a folder nor a link: {path}");
            if (rules.Refusal(file, size) is { } tooMuch) return tooMuch;
        }

        return rules.Finish();
    }

    private static SourceFile? FileOf(TarEntry entry, string path, FileStream tar)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.SymbolicLink:
                return new SourceFile(path, Executable: false, entry.LinkName, () => Stream.Null);
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                var (offset, length) = (entry.DataOffset, entry.Length);
                return new SourceFile(path, entry.Mode.HasFlag(UnixFileMode.UserExecute), LinkTarget: null, () => Slice(tar, offset, length));
            default:
                return null;
        }
    }

    private static Stream Slice(FileStream tar, long offset, long length)
    {
        var bytes = new byte[length]; // at most one file of the source, whose size has been checked
        for (int read, done = 0; done < bytes.Length; done += read)
        {
            read = RandomAccess.Read(tar.SafeFileHandle, bytes.AsSpan(done), offset + done);
            if (read == 0) throw new EndOfStreamException();
        }

        return new MemoryStream(bytes, writable: false);
    }
}
