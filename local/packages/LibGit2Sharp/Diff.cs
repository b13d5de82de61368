using System.Collections;

namespace LibGit2Sharp;

/// <summary>What a comparison comes out as.</summary>
public interface IDiffResult : IDisposable;

/// <summary>Compares.</summary>
public class Diff
{
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"; // git knows it without having it

    private readonly Repository _repository;

    internal Diff(Repository repository) => _repository = repository;

    /// <summary>The files that differ between two trees; null stands for no files.</summary>
    public virtual T Compare<T>(Tree oldTree, Tree newTree, CompareOptions compareOptions)
        where T : class, IDiffResult
    {
        if (typeof(T) != typeof(TreeChanges))
            throw new LibGit2SharpException("User-defined types passed to Compare are not supported. Supported values are: " + nameof(TreeChanges));

        // Renames unless told otherwise, alike by half, looked for among so many: the library's own values.
        string[] renames = compareOptions?.Similarity?.RenameDetectionMode == RenameDetectionMode.None ? ["--no-renames"] : ["-M50%", "-l200"];
        var output = GitProgram.Run(_repository.Folder, ["diff-tree", "-r", "-z", .. renames, oldTree?.Sha ?? EmptyTree, newTree?.Sha ?? EmptyTree]).ThrowIfFailed();
        return (T)(object)new TreeChanges([.. Read(output.Text.Split('\0'))]);
    }

    // ":<mode> <mode> <id> <id> <letter>[<percent>]", a path, and a second one where the letter is R; each ends in \0.
    private static IEnumerable<TreeEntryChanges> Read(string[] fields)
    {
        for (var at = 0; at + 1 < fields.Length; at++)
        {
            var letter = fields[at].Split(' ')[4][0];
            var oldPath = fields[++at];
            yield return letter switch
            {
                'A' => new TreeEntryChanges(ChangeKind.Added, oldPath, oldPath),
                'D' => new TreeEntryChanges(ChangeKind.Deleted, oldPath, oldPath),
                'T' => new TreeEntryChanges(ChangeKind.TypeChanged, oldPath, oldPath),
                'R' => new TreeEntryChanges(ChangeKind.Renamed, oldPath, fields[++at]),
                _ => new TreeEntryChanges(ChangeKind.Modified, oldPath, oldPath),
            };
        }
    }
}

/// <summary>How to compare.</summary>
public sealed class CompareOptions
{
    public SimilarityOptions Similarity { get; set; }
}

/// <summary>When two files count as one that was renamed.</summary>
public sealed class SimilarityOptions
{
    internal SimilarityOptions()
    {
    }

    /// <summary>Alike by half.</summary>
    public static SimilarityOptions Renames => new() { RenameDetectionMode = RenameDetectionMode.Renames };

    /// <summary>Never.</summary>
    public static SimilarityOptions None => new() { RenameDetectionMode = RenameDetectionMode.None };

    internal RenameDetectionMode RenameDetectionMode { get; init; }
}

/// <summary>Which renames are looked for.</summary>
internal enum RenameDetectionMode
{
    None,
    Renames,
}

/// <summary>The files that differ, by their paths.</summary>
public class TreeChanges : IDiffResult, IEnumerable<TreeEntryChanges>
{
    private readonly IReadOnlyList<TreeEntryChanges> _changes;

    internal TreeChanges(IReadOnlyList<TreeEntryChanges> changes) => _changes = changes;

    public virtual IEnumerator<TreeEntryChanges> GetEnumerator() => _changes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing is held open; the real one frees native memory here.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A file that differs. <see cref="OldPath"/> is another one only when it was renamed.</summary>
public class TreeEntryChanges
{
    internal TreeEntryChanges(ChangeKind status, string oldPath, string path) => (Status, OldPath, Path) = (status, oldPath, path);

    public virtual string Path { get; }

    public virtual string OldPath { get; }

    public virtual ChangeKind Status { get; }
}

/// <summary>How a file differs.</summary>
public enum ChangeKind
{
    Added = 1,
    Deleted = 2,
    Modified = 3,
    Renamed = 4,
    TypeChanged = 8,
}
