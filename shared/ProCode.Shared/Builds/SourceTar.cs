using System.Formats.Tar;
using System.Runtime.CompilerServices;
using System.Text;

namespace ProCode.Builds;

/// <summary>The one way a source tar is read. The tar comes from a repository that anybody may have written, so whatever could
/// reach outside its folder, hide another file or exhaust the reader is refused here, for the listing and the image alike.</summary>
internal static class SourceTar
{
    public const int MaxEntries = 50_000;
    public const long MaxBytes = 1L << 30;
    private const int MaxPathBytes = 1024;
    private const int MaxNameBytes = 255;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The entries in the tar's order. Throws <see cref="SourceTarException"/> at the first one that breaks a rule.</summary>
    public static async IAsyncEnumerable<SourceEntry> ReadAsync(Stream tar, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reader = new TarReader(tar, leaveOpen: true);
        var tree = new Tree();
        var (count, bytes) = (0, 0L);
        while (await NextAsync(reader, cancellation) is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            var path = SafePath(entry.Name);
            var kind = KindOf(entry, path);
            if (path.Length == 0 && kind is SourceEntryKind.Directory) continue;
            if (++count > MaxEntries) throw new SourceTarException($"The source has more than {MaxEntries} files.");
            bytes += entry.Length;
            if (bytes > MaxBytes) throw new SourceTarException($"The source is larger than {MaxBytes >> 20} MiB.");
            tree.Add(path, kind);
            var link = kind is SourceEntryKind.SymbolicLink ? SafeLink(path, entry.LinkName) : string.Empty;
            yield return new SourceEntry(path, kind, (entry.Mode & AnyExecute) != 0, entry.Length, link, entry.DataStream);
        }
    }

    private static async Task<TarEntry?> NextAsync(TarReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancellation);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new SourceTarException("The source archive is damaged.", exception);
        }
    }

    private static SourceEntryKind KindOf(TarEntry entry, string path) => entry.EntryType switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => SourceEntryKind.File,
        TarEntryType.Directory => SourceEntryKind.Directory,
        TarEntryType.SymbolicLink => SourceEntryKind.SymbolicLink,
        _ => throw new SourceTarException($"'{path}' is neither a file, a folder nor a symbolic link."),
    };

    private static string SafePath(string name)
    {
        var path = name.EndsWith('/') ? name[..^1] : name;
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        if (path is "." or "" && name.EndsWith('/')) return string.Empty;
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes) throw Refuse(name, $"is longer than {MaxPathBytes} bytes");
        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or "..") throw Refuse(name, "leaves the source's folder or has an empty part");
            if (part.StartsWith(".wh.", StringComparison.Ordinal)) throw Refuse(name, "would delete a file of the base image (.wh.)");
            if (Encoding.UTF8.GetByteCount(part) > MaxNameBytes) throw Refuse(name, $"has a part longer than {MaxNameBytes} bytes");
            if (part.Any(c => char.IsControl(c) || c is '\\' or '\uFFFD')) throw Refuse(name, "has a control character, a backslash or is not UTF-8");
        }
        return path;
    }

    /// <summary>A link may climb only at its start, from folders that are real ones (<see cref="Tree"/> sees to that), so what it
    /// points to can be judged by counting, whatever other links it passes through.</summary>
    private static string SafeLink(string path, string target)
    {
        var parts = target.Split('/');
        var climbs = parts.TakeWhile(part => part is "..").Count();
        var safe = target.Length is > 0 and <= MaxPathBytes
            && !target.StartsWith('/') && climbs <= path.Count(c => c is '/') && !parts.Skip(climbs).Contains("..")
            && !target.Any(c => char.IsControl(c) || c is '\\' or '\uFFFD');
        return safe ? target : throw Refuse(path, "is a link that points outside the source");
    }

    private static SourceTarException Refuse(string name, string why)
    {
        var shown = string.Concat(name.Where(c => !char.IsControl(c)).Take(200));
        return new SourceTarException($"The path '{shown}' {why}.");
    }

    /// <summary>What is where: nothing twice, nothing below a file or a link.</summary>
    private sealed class Tree
    {
        private readonly HashSet<string> _leaves = new(StringComparer.Ordinal);
        private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

        public void Add(string path, SourceEntryKind kind)
        {
            for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1)) AddFolder(path[..slash]);
            if (kind is SourceEntryKind.Directory) AddFolder(path);
            else if (path.Length == 0 || _folders.Contains(path) || !_leaves.Add(path)) throw Refuse(path, "is there twice");
        }

        private void AddFolder(string path)
        {
            if (_leaves.Contains(path)) throw Refuse(path, "is a file and a folder at once");
            _folders.Add(path);
        }
    }
}

/// <summary>A source tar that breaks a rule; the message is for people.</summary>
internal sealed class SourceTarException(string message, Exception? inner = null) : Exception(message, inner);
