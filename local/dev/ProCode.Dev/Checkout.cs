namespace ProCode.Dev;

/// <summary>Where things lie in this checkout.</summary>
public static class Checkout
{
    /// <summary>The folder that holds ProCode.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root, given with forward slashes.</summary>
    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The built assembly of a project in the Local runtime; <paramref name="configuration"/> is <c>debug</c> or <c>release</c>.</summary>
    public static string AssemblyOf(string project, string configuration = "debug") =>
        PathOf($"artifacts/local/bin/{project}/{configuration}/{project}.dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ProCode.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DevException("ProCode.sln is in no folder above this program: run it from a checkout.");
    }
}
