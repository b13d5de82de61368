using System.Formats.Tar;

namespace ProCode.Images;

/// <summary>Applies a layer to a folder as to the root of a file system of its own: links are followed as they would be in there, never
/// out of it, and whiteouts delete what lower layers brought. Owners, times and devices are left out: they need rights that the
/// unpacking process doesn't have, and nothing that runs from such a folder needs them.</summary>
internal sealed class LayerExtractor
{
    private const long MaxBytes = 8L << 30;
    private const int MaxLinks = 40;
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff; // rwxrwxrwx without set-user-id, set-group-id and sticky
    private readonly string _root;

    /// <summary>What this layer made or went through: an opaque whiteout hides only what the layers below it brought, wherever in the tar it stands.</summary>
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    private LayerExtractor(string root) => _root = root;

    /// <summary>Throws <see cref="InvalidDataException"/> for a layer that breaks the rules.</summary>
    public static async Task ApplyAsync(Stream tar, string folder, CancellationToken cancellation)
    {
        var extractor = new LayerExtractor(Path.GetFullPath(folder));
        await using var reader = new TarReader(tar, leaveOpen: true);
        var bytes = 0L;
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            bytes += entry.Length;
            if (bytes > MaxBytes) throw new InvalidDataException($"it unpacks to more than {MaxBytes >> 30} GiB");
            await extractor.ApplyAsync(entry, cancellation);
        }
    }

    private async Task ApplyAsync(TarEntry entry, CancellationToken cancellation)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) return;
        var parts = Parts(entry.Name);
        if (parts.Count == 0) return;
        var parent = Folder(parts.Take(parts.Count - 1));
        if (parts[^1].StartsWith(Whiteout, StringComparison.Ordinal)) Hide(parent, parts[^1]);
        else await MakeAsync(entry, Path.Combine(parent, parts[^1]), cancellation);
    }

    private async Task MakeAsync(TarEntry entry, string path, CancellationToken cancellation)
    {
        _made.Add(path);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                if (!IsFolder(path))
                {
                    Remove(path);
                    Directory.CreateDirectory(path);
                }
                SetMode(path, entry.Mode | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // Else nobody could remove it.
                break;
            case TarEntryType.SymbolicLink:
                Remove(path);
                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                var source = Existing(entry.LinkName);
                if (source == path) break;
                Remove(path);
                File.Copy(source, path); // A copy is the same to its readers, and a later layer can't write through it.
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Remove(path);
                await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
                {
                    if (entry.DataStream is { } data) await data.CopyToAsync(file, cancellation);
                }
                SetMode(path, entry.Mode);
                break;
            default:
                break;
        }
    }

    private void Hide(string parent, string name)
    {
        if (name is not OpaqueWhiteout)
        {
            var hidden = name[Whiteout.Length..];
            if (hidden is "" or "." or "..") throw new InvalidDataException($"'{name}' is not a whiteout");
            Remove(Path.Combine(parent, hidden));
            return;
        }
        foreach (var path in Directory.EnumerateFileSystemEntries(parent).ToList()) RemoveUnlessMade(path);
    }

    private void RemoveUnlessMade(string path)
    {
        if (!_made.Contains(path)) Remove(path);
        else if (IsFolder(path)) foreach (var child in Directory.EnumerateFileSystemEntries(path).ToList()) RemoveUnlessMade(child);
    }

    private string Existing(string name)
    {
        var parts = Parts(name);
        if (parts.Count == 0) throw new InvalidDataException("a hard link leads to the root");
        var path = Path.Combine(Folder(parts.Take(parts.Count - 1)), parts[^1]);
        return new FileInfo(path) is { Exists: true, LinkTarget: null } ? path : throw new InvalidDataException($"the hard link to '{name}' leads to no file of the image");
    }

    /// <summary>The folder at a path inside the root, made when missing. Each link on the way is resolved by hand, with the root as "/".</summary>
    private string Folder(IEnumerable<string> path)
    {
        var todo = new Stack<string>(path.Reverse());
        var at = _root;
        var links = 0;
        while (todo.TryPop(out var part))
        {
            if (part is "..")
            {
                if (at != _root) at = Path.GetDirectoryName(at)!;
                continue;
            }
            var next = Path.Combine(at, part);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                if (++links > MaxLinks) throw new InvalidDataException("it has too many links in one path");
                if (target.StartsWith('/')) at = _root;
                foreach (var step in target.Split('/').Where(step => step is not ("" or ".")).Reverse()) todo.Push(step);
                continue;
            }
            if (File.Exists(next)) throw new InvalidDataException($"'{part}' is a file where a folder is needed");
            Directory.CreateDirectory(next);
            _made.Add(next);
            at = next;
        }
        return at;
    }

    private static List<string> Parts(string name)
    {
        var parts = name.Split('/').Where(part => part is not ("" or ".")).ToList();
        return parts.Contains("..") || name.Contains('\0') ? throw new InvalidDataException("a path climbs out of the image") : parts;
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    private static void Remove(string path)
    {
        if (IsFolder(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode & Permissions);
    }
}
