using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Dev;

/// <summary>Makes what the commands need; does nothing when it is there already.</summary>
internal static class Setup
{
    private static readonly string[] _appInputs =
    [
        "functions", "orchestrations", "shared", "local/packages", "local/runtime", "local/Directory.Build.props", "local/StandIns.targets",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "host.json", ".editorconfig",
    ];

    /// <summary>Builds the app, restoring its packages first.</summary>
    public static Task BuildAppAsync(string configuration, Action<string> say, CancellationToken cancellation) =>
        BuildAsync("app", "functions/ProCode.Functions", _appInputs, configuration, say, cancellation);

    /// <summary>Builds the program that measures the app's pipelines, and the app with it.</summary>
    public static Task BuildPipelineBenchAsync(string configuration, Action<string> say, CancellationToken cancellation) =>
        BuildAsync("pipeline-bench", "tests/ProCode.PipelineBench", [.. _appInputs, "tests/ProCode.PipelineBench", "tests/ProCode.Testing", "tests/Directory.Build.props"], configuration, say, cancellation);

    /// <summary>Builds the program that measures the local runtime.</summary>
    public static Task BuildEngineBenchAsync(string configuration, Action<string> say, CancellationToken cancellation) =>
        BuildAsync("engine-bench", "tests/ProCode.EngineBench", [.. _appInputs, "tests/ProCode.EngineBench", "tests/Directory.Build.props"], configuration, say, cancellation);

    /// <summary>Makes the base image for Python agents where that is possible, and says so where it is not.</summary>
    public static async Task EnsureBaseImageAsync(string folder, Action<string> say, CancellationToken cancellation)
    {
        var result = await BaseImage.EnsurePythonAsync(folder, cancellation);
        if (!result.IsReady)
        {
            say($"{result.Reason} Images get an empty base, which is enough to run agents as processes.");
        }
    }

    private static Task BuildAsync(string name, string project, string[] inputs, string configuration, Action<string> say, CancellationToken cancellation) =>
        OnceAsync($"{name}-{configuration}", inputs, Checkout.AssemblyOf(Path.GetFileName(project), configuration), async () =>
        {
            say($"Building {project} ({configuration})");
            await Tool.RequireAsync(
                ["dotnet", "build", project, "-c", configuration == "release" ? "Release" : "Debug", "-nologo", "-v", "quiet", "-nodeReuse:false"], cancellation);
        });

    // The stamp is written after the work, so an interrupted run is done again.
    private static async Task OnceAsync(string name, string[] inputs, string product, Func<Task> work)
    {
        var stamp = Checkout.PathOf($"artifacts/local/dev/{name}.stamp");
        var state = StateOf(inputs);
        if (File.Exists(product) && File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == state)
        {
            return;
        }

        await work();
        Directory.CreateDirectory(Path.GetDirectoryName(stamp)!);
        await File.WriteAllTextAsync(stamp, state);
    }

    private static string StateOf(string[] inputs)
    {
        var text = new StringBuilder();
        foreach (var file in inputs.Select(Checkout.PathOf).SelectMany(FilesOf).Order(StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{file}|{File.GetLastWriteTimeUtc(file).Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> FilesOf(string path) =>
        File.Exists(path) ? [path]
        : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock.json", StringComparison.Ordinal))
        : [];
}
