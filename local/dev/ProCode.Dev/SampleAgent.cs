using System.Text.RegularExpressions;

namespace ProCode.Dev;

/// <summary>The agent that the demo and the tests release: the Python scaffold of this checkout, as a team would begin with it.</summary>
public static partial class SampleAgent
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> _files = new(Read);

    /// <summary>Its files by path, for a repository; <c>/health</c> and <c>/manifest</c> of the agent tell <paramref name="version"/>.</summary>
    public static IReadOnlyDictionary<string, string> Files(string version)
    {
        var files = _files.Value.ToDictionary();
        if (!Version().IsMatch(files["main.py"])) throw new DevException("main.py of the Python scaffold names no version to change");
        files["main.py"] = Version().Replace(files["main.py"], $"version=\"{version}\"", 1);
        return files;
    }

    // Put together as the platform does it from scaffold.json; this program may not know the platform's code.
    private static Dictionary<string, string> Read() =>
        Below("scaffolds/python-agent", "").Where(file => file.Path != "scaffold.json").Concat(Below("sdk/python/procode_agent", "procode_agent/"))
            .ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);

    private static IEnumerable<(string Path, string Content)> Below(string folder, string prefix) =>
        from file in Directory.EnumerateFiles(Checkout.PathOf(folder), "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Checkout.PathOf(folder), file).Replace(Path.DirectorySeparatorChar, '/')
        where !path.Split('/').Contains("__pycache__")
        select (prefix + path, File.ReadAllText(file));

    [GeneratedRegex("version=\"[^\"]*\"")]
    private static partial Regex Version();
}
