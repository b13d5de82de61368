using System.Text;
using LibGit2Sharp;
using ProCode.Results;

namespace ProCode.Repos;

/// <summary>A file of a commit. <paramref name="LinkTarget"/> is null unless it is a symbolic link.</summary>
internal sealed record SourceFile(string Path, bool Executable, string? LinkTarget, Blob Content);

/// <summary>Reads the files of a commit and refuses what could write outside the folder it is unpacked into.</summary>
internal static class SourceTree
{
    // What Linux allows for a path, and follows at most.
    private const int MaxLinkLength = 4096;
    private const int MaxLinkHops = 40;

    /// <summary>The files in ordinal order of their paths.</summary>
    public static Result<IReadOnlyList<SourceFile>> Read(Commit commit, PlainGitLimits limits, CancellationToken cancellation)
    {
        var files = new List<SourceFile>();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var folders = new Stack<(string Path, Tree Tree)>([("", commit.Tree)]);
        var bytes = 0L;
        while (folders.TryPop(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in folder.Tree)
            {
                var path = folder.Path + entry.Name;
                if (!IsSafeName(entry.Name) || !paths.Add(path))
                    return GitErrors.SourceUnsafe.With($"The repository holds a path that can't be unpacked safely: {path}");
                if (paths.Count > limits.SourceEntries)
                    return GitErrors.SourceTooLarge.With($"The commit holds more than {limits.SourceEntries} files and folders.");
                if (entry.Target is Tree tree)
                    folders.Push((path + "/", tree));
                if (entry.Target is not Blob blob)
                    continue; // a submodule is a commit of another repository

                bytes += blob.Size;
                if (bytes > limits.SourceBytes)
                    return GitErrors.SourceTooLarge.With($"The commit's files are larger than {limits.SourceBytes / (1024 * 1024)} MB.");
                var link = entry.Mode == Mode.SymbolicLink ? ReadLink(blob) : null;
                files.Add(new SourceFile(path, entry.Mode == Mode.ExecutableFile, link, blob));
            }
        }

        var links = files.Where(file => file.LinkTarget is not null).ToDictionary(file => file.Path, file => file.LinkTarget!, StringComparer.Ordinal);
        if (links.Keys.FirstOrDefault(link => LeavesTree(link, links)) is { } outside)
            return GitErrors.SourceUnsafe.With($"The repository holds a symbolic link that leads out of it: {outside}");
        files.Sort((one, two) => string.CompareOrdinal(one.Path, two.Path));
        return files;
    }

    // U+FFFD stands for bytes that are no UTF-8: two different names could become one.
    private static bool IsSafeName(string name) =>
        name is not ("" or "." or "..") && !name.AsSpan().ContainsAny("/\\\0\uFFFD") && !name.Equals(".git", StringComparison.OrdinalIgnoreCase);

    private static string ReadLink(Blob blob)
    {
        if (blob.Size > MaxLinkLength)
            return "/"; // refused below, as any absolute target is
        using var reader = new StreamReader(blob.GetContentStream(), new UTF8Encoding(false));
        return reader.ReadToEnd();
    }

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
