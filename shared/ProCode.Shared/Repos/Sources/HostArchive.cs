using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
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
        if (!IsWhole(tar)) throw new EndOfStreamException();
        var rules = new SourceRules(limits);
        var files = new HashSet<string>(StringComparer.Ordinal);
        string? top = null;
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            // Everything is in one folder, named after the repository and the commit; a global header is the host's own note.
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;
            var isFolder = entry.EntryType == TarEntryType.Directory;
            var name = NameOf(entry, tar);
            var parts = (isFolder && name.EndsWith('/') ? name[..^1] : name).Split('/');
            if (parts[0] != (top ??= parts[0]) || (parts.Length == 1 && !isFolder)) return Unsafe(name);
            if (parts.Length == 1) continue;
            var path = string.Join('/', parts[1..]);
            if (parts[1..^1].Any(part => !SourceRules.IsSafeName(part))) return Unsafe(path);
            if (rules.Refusal(path, parts[^1]) is { } refusal) return refusal;

            // A submodule is an empty folder here.
            if (isFolder) continue;
            files.Add(path);
            var (file, size) = (FileOf(entry, path, tar), entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName.Length : entry.Length);
            if (file is null) return GitErrors.SourceUnsafe.With($"The archive holds something that is neither a file nor a folder nor a link: {path}");
            if (file.LinkTarget?.Length > SourceRules.MaxLinkLength) return Unsafe(path);
            if (rules.Refusal(file, size) is { } tooMuch) return tooMuch;
        }

        // Nothing can be in a file, and what is in a link would be somewhere else.
        return files.FirstOrDefault(file => FoldersOf(file).Any(files.Contains)) is { } inside ? Unsafe(inside) : rules.Finish();
    }

    // The library overlooks the first part of a long path, the header's prefix, where a pax header tells something else of the entry:
    // git writes both for a link whose path and target are long.
    private static string NameOf(TarEntry entry, FileStream tar)
    {
        if (entry is not PaxTarEntry) return entry.Name;
        var header = new byte[512];
        if (RandomAccess.Read(tar.SafeFileHandle, header, tar.Position - header.Length) != header.Length) throw new EndOfStreamException();
        var (name, prefix) = (Text(header.AsSpan(0, 100)), Text(header.AsSpan(345, 155)));
        return entry.Name == name && prefix.Length > 0 ? $"{prefix}/{name}" : entry.Name;

        static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);
    }

    private static Error Unsafe(string path) => GitErrors.SourceUnsafe.With($"The archive holds a path that can't be unpacked safely: {path}");

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }

    // A tar ends with two blocks of zeros; without them a part of it is missing, and be it a whole number of files.
    private static bool IsWhole(FileStream tar)
    {
        var end = new byte[1024];
        return tar.Length >= end.Length
            && RandomAccess.Read(tar.SafeFileHandle, end, tar.Length - end.Length) == end.Length
            && !end.AsSpan().ContainsAnyExcept((byte)0);
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
