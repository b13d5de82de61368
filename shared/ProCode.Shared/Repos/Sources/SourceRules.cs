using ProCode.Results;

namespace ProCode.Repos.Sources;

/// <summary>Collects the files of a commit, wherever they come from, and refuses what is too much or could write outside the folder that it is
/// unpacked into.</summary>
internal sealed class SourceRules(SourceLimits limits)
{
    // What Linux allows for a path, and follows at most.
    public const int MaxLinkLength = 4096;
    private const int MaxLinkHops = 40;

    private readonly List<SourceFile> _files = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Takes note of a file, folder, link or submodule; every path comes once.</summary>
    public Error? Refusal(string path, string name)
    {
        if (!IsSafeName(name) || !_paths.Add(path))
            return GitErrors.SourceUnsafe.With($"The repository holds a path that can't be unpacked safely: {path}");
        return _paths.Count > limits.Entries
            ? GitErrors.SourceTooLarge.With($"The commit holds more than {limits.Entries} files and folders.")
            : null;
    }

    /// <summary>Adds a file whose path was found safe.</summary>
    public Error? Refusal(SourceFile file, long size)
    {
        _bytes += size;
        if (_bytes > limits.Bytes)
            return GitErrors.SourceTooLarge.With($"The commit's files are larger than {limits.Bytes / (1024 * 1024)} MB.");
        _files.Add(file);
        return null;
    }

    /// <summary>All files, in ordinal order of their paths.</summary>
    public Result<IReadOnlyList<SourceFile>> Finish()
    {
        var links = _files.Where(file => file.LinkTarget is not null).ToDictionary(file => file.Path, file => file.LinkTarget!, StringComparer.Ordinal);
        if (links.Keys.FirstOrDefault(link => LeavesTree(link, links)) is { } outside)
            return GitErrors.SourceUnsafe.With($"The repository holds a symbolic link that leads out of it: {outside}");
        _files.Sort((one, two) => string.CompareOrdinal(one.Path, two.Path));
        return _files;
    }

    /// <summary>Whether a name can be a file's or a folder's anywhere. U+FFFD stands for bytes that are no UTF-8: two different names could become one.</summary>
    public static bool IsSafeName(string name) =>
        name is not ("" or "." or "..") && !name.AsSpan().ContainsAny("/\\\0\uFFFD") && !name.Equals(".git", StringComparison.OrdinalIgnoreCase);

    /// <summary>Follows a link as the system would, through other links too: comparing texts is not enough, because
    /// <c>a/..</c> is not the folder of <c>a</c> when <c>a</c> is a link.</summary>
    private static bool LeavesTree(string link, Dictionary<string, string> links)
    {
        var ahead = new Stack<string>(link.Split('/').Reverse());
        var at = new List<string>();
        for (var hops = 0; ahead.TryPop(out var part);)
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                if (at.Count == 0)
                    return true;
                at.RemoveAt(at.Count - 1);
                continue;
            }

            at.Add(part);
            if (!links.TryGetValue(string.Join('/', at), out var target))
                continue;
            if (target.Length == 0 || target[0] == '/' || target.AsSpan().ContainsAny("\\\0\uFFFD") || ++hops > MaxLinkHops)
                return true;
            at.RemoveAt(at.Count - 1);
            foreach (var next in target.Split('/').Reverse())
                ahead.Push(next);
        }

        return false;
    }
}
