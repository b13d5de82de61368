namespace ProCode.Dev.Mutations;

/// <summary>A copy of this checkout's files (those that git knows or would know), in which files may be spoilt. It goes when disposed of.</summary>
internal sealed class TreeCopy : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procode-mutations-");

    private TreeCopy()
    {
    }

    public static async Task<TreeCopy> MakeAsync(CancellationToken cancellation)
    {
        var copy = new TreeCopy();
        var list = await Tool.RequireAsync(["git", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"], cancellation);
        foreach (var path in list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Where(path => File.Exists(Checkout.PathOf(path))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy.PathOf(path))!);
            File.Copy(Checkout.PathOf(path), copy.PathOf(path));
        }

        return copy;
    }

    /// <summary>A path below the copy's root, given with forward slashes.</summary>
    public string PathOf(string relativePath) => Path.Combine(_root.FullName, relativePath);

    /// <summary>Runs dotnet in the copy.</summary>
    public Task<ToolResult> DotnetAsync(CancellationToken cancellation, params string[] arguments) =>
        Tool.RunAsync(["dotnet", .. arguments], cancellation, workingDirectory: _root.FullName);

    public void Dispose() => _root.Delete(recursive: true);
}
