using System.Reflection;

namespace ProCode.Dev;

/// <summary>The sample agent in local/dev/sample-agent, which is built into this program.</summary>
public static class SampleAgent
{
    private const string Prefix = "sample-agent/";

    /// <summary>Its files by path, for a repository; version.txt says <paramref name="version"/>, and so do the agent's answers.</summary>
    public static IReadOnlyDictionary<string, string> Files(string version)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        files["version.txt"] = version + "\n";
        return files;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
