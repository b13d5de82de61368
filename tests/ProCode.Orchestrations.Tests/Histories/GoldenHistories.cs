using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Durable;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>
/// The recorded histories, a file per run: <c>Histories/&lt;version&gt;/&lt;scenario&gt;/&lt;instance&gt;.json</c>, and
/// <c>&lt;instance&gt;.2.json</c> for the second run of an instance. Those of a former version are never written again.
/// </summary>
internal static class GoldenHistories
{
    /// <summary>Set to 1, scenarios write their histories instead of comparing them.</summary>
    public static bool Records => Environment.GetEnvironmentVariable("PROCODE_RECORD_HISTORIES") == "1";

    private static string Root { get; } = Path.Combine(Repository(), "tests", "ProCode.Orchestrations.Tests", "Histories");

    /// <summary>Every file, by its path below the folder of histories.</summary>
    public static IReadOnlyList<string> Files =>
        [.. Directory.EnumerateFiles(Root, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static RecordedRun Read(string file) => RecordedRun.Parse(File.ReadAllText(Path.Combine(Root, file)));

    /// <summary>The histories of the version that begins now, by scenario.</summary>
    public static IReadOnlyDictionary<string, RecordedRun> Of(string scenario) =>
        Files.Where(file => file.StartsWith($"{OrchestrationVersions.Current}/{scenario}/", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetFileName(file), Read);

    /// <summary>Replaces the histories of a scenario.</summary>
    public static void Write(string scenario, IReadOnlyDictionary<string, RecordedRun> runs)
    {
        var folder = Path.Combine(Root, OrchestrationVersions.Current, scenario);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var (file, run) in runs) File.WriteAllText(Path.Combine(folder, file), run.ToJson());
    }

    /// <summary>The files that a scenario's runs belong to.</summary>
    public static IReadOnlyDictionary<string, RecordedRun> Name(IReadOnlyList<RecordedRun> runs) =>
        runs.GroupBy(run => run.InstanceId, StringComparer.Ordinal)
            .SelectMany(instance => instance.Select((run, place) => (File: place == 0 ? $"{run.InstanceId}.json" : $"{run.InstanceId}.{place + 1}.json", Run: run)))
            .ToDictionary(each => each.File, each => each.Run);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ProCode.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from a build inside the repository.");
        return folder.FullName;
    }
}
