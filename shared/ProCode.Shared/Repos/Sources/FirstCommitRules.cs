using System.Text;
using ProCode.Results;

namespace ProCode.Repos.Sources;

/// <summary>What a first commit may hold: what could be archived and unpacked again, and nothing that git or a file system takes for something else.</summary>
internal static class FirstCommitRules
{
    /// <summary>Why it can't be made, or null.</summary>
    public static Error? Refusal(GitFirstCommit first, SourceLimits limits)
    {
        if (first.Files.Count == 0) return GeneralErrors.Invalid.With("A first commit needs files.", "files", "must not be empty");
        if (first.Message.Length == 0 || first.Message.Contains('\0', StringComparison.Ordinal))
            return GeneralErrors.Invalid.With("A commit needs a message.", "message", "must be text");
        if (first.Files.Sum(file => (long)file.Value.Length) > limits.Bytes)
            return GitErrors.SourceTooLarge.With($"The files are larger than {limits.Bytes / (1024 * 1024)} MB.");

        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in first.Files.Keys)
        {
            if (!IsSafe(path)) return GitErrors.SourceUnsafe.With($"A file can't have this path: {path}");
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
                folders.Add(path[..slash]);
        }

        if (first.Files.Keys.FirstOrDefault(folders.Contains) is { } both)
            return GitErrors.SourceUnsafe.With($"A path can't be a file and a folder: {both}");
        return first.Files.Count + folders.Count > limits.Entries
            ? GitErrors.SourceTooLarge.With($"There are more than {limits.Entries} files and folders.")
            : null;
    }

    /// <summary>Whether a file is to be run: git would have been told so by the file system.</summary>
    public static bool IsExecutable(ReadOnlyMemory<byte> content) => content.Span.StartsWith("#!"u8);

    private static bool IsSafe(string path) =>
        path.Length <= SourceRules.MaxLinkLength
        && path.Split('/').All(name => SourceRules.IsSafeName(name) && !IsGitFolder(name))
        && !path.EnumerateRunes().Contains(Rune.ReplacementChar); // also half a surrogate pair

    // Windows opens ".git" under these names too.
    private static bool IsGitFolder(string name) =>
        name.Split(':')[0].TrimEnd(' ', '.') is var stem
        && (stem.Equals(".git", StringComparison.OrdinalIgnoreCase) || stem.Equals("git~1", StringComparison.OrdinalIgnoreCase));
}
