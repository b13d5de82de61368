using System.Text;
using LibGit2Sharp;
using ProCode.Repos.Sources;
using ProCode.Results;

namespace ProCode.Repos.PlainGit;

/// <summary>Reads the files of a commit.</summary>
internal static class SourceTree
{
    /// <summary>The files in ordinal order of their paths.</summary>
    public static Result<IReadOnlyList<SourceFile>> Read(Commit commit, SourceLimits limits, CancellationToken cancellation)
    {
        var rules = new SourceRules(limits);
        var folders = new Stack<(string Path, Tree Tree)>([("", commit.Tree)]);
        while (folders.TryPop(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in folder.Tree)
            {
                var path = folder.Path + entry.Name;
                if (rules.Refusal(path, entry.Name) is { } refusal) return refusal;
                if (entry.Target is Tree tree) folders.Push((path + "/", tree));
                if (entry.Target is not Blob blob) continue; // a submodule is a commit of another repository

                var link = entry.Mode == Mode.SymbolicLink ? ReadLink(blob) : null;
                var file = new SourceFile(path, entry.Mode == Mode.ExecutableFile, link, blob.GetContentStream);
                if (rules.Refusal(file, blob.Size) is { } tooMuch) return tooMuch;
            }
        }

        return rules.Finish();
    }

    private static string ReadLink(Blob blob)
    {
        if (blob.Size > SourceRules.MaxLinkLength) return "/"; // refused, as any absolute target is
        using var reader = new StreamReader(blob.GetContentStream(), new UTF8Encoding(false));
        return reader.ReadToEnd();
    }
}
