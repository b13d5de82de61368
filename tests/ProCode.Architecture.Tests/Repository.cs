using System.Text.RegularExpressions;
using ProCode.Dev;

namespace ProCode.Architecture.Tests;

/// <summary>The files of this checkout that git knows or would know.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> _files = new(Read);

    public static IReadOnlyList<SourceFile> Files => _files.Value;

    public static IEnumerable<SourceFile> Code => Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>What ships: functions/, orchestrations/ and shared/.</summary>
    public static IEnumerable<SourceFile> ProductCode => Code.Where(file => file.IsProduct);

    public static SourceFile File(string path) => Files.Single(file => file.Path == path);

    private static List<SourceFile> Read()
    {
        var list = Tool.RequireAsync(["git", "ls-files", "--cached", "--others", "--exclude-standard"], CancellationToken.None).GetAwaiter().GetResult();
        return [.. list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct().Where(path => System.IO.File.Exists(Checkout.PathOf(path)))
            .Select(path => new SourceFile(path, System.IO.File.ReadAllText(Checkout.PathOf(path))))];
    }
}

/// <summary>A file, by its path below the root (forward slashes), and its text.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public bool IsProduct => Path.StartsWith("functions/", StringComparison.Ordinal)
        || Path.StartsWith("orchestrations/", StringComparison.Ordinal) || Path.StartsWith("shared/", StringComparison.Ordinal);

    /// <summary>The text without comments and without what stands between quotes.</summary>
    public string CodeOnly => CommentsAndStrings().Replace(Text, match => match.Value[0] == '/' ? "" : "\"\"");

    public IEnumerable<string> Lines => Text.Split('\n');

    // Raw strings first, then ordinary ones, characters, and both sorts of comment.
    [GeneratedRegex("""
        "{3}[\s\S]*?"{3}|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|//[^\n]*|/\*[\s\S]*?\*/
        """, RegexOptions.None, 2000)]
    private static partial Regex CommentsAndStrings();
}
