using ProCode.Dev;
using ProCode.Testing;

namespace ProCode.Sdk.Tests;

/// <summary>Compiled Java for tests, among the build's other output.</summary>
internal static class JavaClasses
{
    /// <summary>Where the classes of this name are.</summary>
    public static string FolderOf(string name) => Checkout.PathOf($"artifacts/local/java/{name}");

    /// <summary>Compiles all sources below the folders (of this repository), for Java 17 and without a warning.</summary>
    public static async Task CompileAsync(string name, params string[] folders)
    {
        var target = FolderOf(name);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        var sources = folders.SelectMany(folder => Directory.EnumerateFiles(Checkout.PathOf(folder), "*.java", SearchOption.AllDirectories));
        await Tool.RequireAsync([Jdk.Program("javac"), "-Xlint:all", "-Werror", "--release", "17", "-d", target, .. sources], CancellationToken.None);
    }
}
