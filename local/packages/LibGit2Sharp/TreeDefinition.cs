using System.Text;

namespace LibGit2Sharp;

/// <summary>Files and folders that are to become a tree.</summary>
public class TreeDefinition
{
    private readonly Dictionary<string, (Mode Mode, ObjectId Id)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TreeDefinition> _folders = new(StringComparer.Ordinal);

    /// <summary>Adds or replaces a file, with the folders above it.</summary>
    public virtual TreeDefinition Add(string targetTreeEntryPath, Blob blob, Mode mode)
    {
        ArgumentException.ThrowIfNullOrEmpty(targetTreeEntryPath);
        ArgumentNullException.ThrowIfNull(blob);
        if (mode is not (Mode.NonExecutableFile or Mode.ExecutableFile or Mode.SymbolicLink or Mode.NonExecutableGroupWritableFile))
            throw new ArgumentException("Not the mode of a file.", nameof(mode));

        var names = targetTreeEntryPath.Split('/', 2);
        if (names[0].Length == 0 || names is [_, ""] or [_, ['/', ..]])
            throw new ArgumentException($"'{targetTreeEntryPath}' is not a valid path.", nameof(targetTreeEntryPath));
        if (names is [var folder, var rest])
        {
            _files.Remove(folder);
            (_folders.TryGetValue(folder, out var known) ? known : _folders[folder] = new TreeDefinition()).Add(rest, blob, mode);
            return this;
        }

        _folders.Remove(names[0]);
        _files[names[0]] = (mode, blob.Id);
        return this;
    }

    internal ObjectId Write(string gitFolder)
    {
        var entries = _files.Select(file => (file.Key, file.Value.Mode, file.Value.Id))
            .Concat(_folders.Select(folder => (folder.Key, Mode.Directory, folder.Value.Write(gitFolder))))
            .Select(entry => new Line(entry.Item1, entry.Item2, entry.Item3))
            .ToList();
        if (entries.FirstOrDefault(entry => !IsValid(entry.Name)) is { } wrong)
            throw new LibGit2SharpException($"failed to insert entry: invalid name for a tree entry - {wrong.Name}");
        entries.Sort((one, two) => one.SortKey.AsSpan().SequenceCompareTo(two.SortKey));
        return ObjectWriter.Write(gitFolder, "tree", [.. entries.SelectMany(entry => entry.Bytes())]);
    }

    private static bool IsValid(string name) => name is not ("." or "..") && !name.Equals(".git", StringComparison.OrdinalIgnoreCase);

    private sealed record Line(string Name, Mode Mode, ObjectId Id)
    {
        // Git orders folders as if their names ended in a slash.
        internal byte[] SortKey { get; } = Encoding.UTF8.GetBytes(Mode == Mode.Directory ? Name + "/" : Name);

        internal IEnumerable<byte> Bytes() =>
            [.. Encoding.UTF8.GetBytes(Convert.ToString((int)Mode, 8) + " " + Name + "\0"), .. Convert.FromHexString(Id.Sha)];
    }
}
