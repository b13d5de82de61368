using System.Diagnostics;

namespace ProCode.Dev.Testing;

/// <summary>Runs test projects side by side, each as its own process.</summary>
internal sealed class TestRunner(bool deep, Action<string> say)
{
    private const int AtOnce = 2;
    private static readonly TimeSpan _pulse = TimeSpan.FromSeconds(30);

    // Those that take longest; beginning with them shortens the whole.
    private static readonly string[] _first = ["ProCode.Functions.Tests", "ProCode.Orchestrations.Tests", "ProCode.Shared.Tests", "ProCode.Sdk.Tests", "ProCode.Runtime.Tests"];

    /// <summary>The names of all test projects, in the order they are started.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateDirectories(Checkout.PathOf("tests"), "*.Tests").Select(folder => Path.GetFileName(folder))
            .OrderBy(name => Array.IndexOf(_first, name) is var place && place < 0 ? _first.Length : place).ThenBy(name => name, StringComparer.Ordinal),
    ];

    /// <summary>Runs them all; a project that is slower than <paramref name="patience"/> is ended and counts as failed.</summary>
    public async Task<IReadOnlyList<TestReport>> RunAsync(TimeSpan patience, CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(AtOnce);
        var runs = Projects.Select(async project =>
        {
            await places.WaitAsync(cancellation);
            try
            {
                var report = await RunAsync(project, patience, cancellation);
                say($"{report.Project}: {report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped ({report.Elapsed.TotalSeconds:0.0} s)");
                return report;
            }
            finally
            {
                places.Release();
            }
        });
        return await Task.WhenAll(runs);
    }

    private async Task<TestReport> RunAsync(string project, TimeSpan patience, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var report = Checkout.PathOf($"artifacts/local/test-results/{project}.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);

        var output = new List<string>();
        var tests = ChildProcess.Start(
            ["dotnet", Checkout.AssemblyOf(project), "-noLogo", "-noColor", "-xml", report],
            deep ? new Dictionary<string, string?> { ["PROCODE_DEEP"] = "1" } : null,
            onLine: line =>
            {
                lock (output)
                {
                    output.Add(line);
                }
            });
        try
        {
            while (await Task.WhenAny(tests.Exited, Task.Delay(_pulse, cancellation)) != tests.Exited)
            {
                cancellation.ThrowIfCancellationRequested();
                if (watch.Elapsed > patience)
                {
                    return TestReport.Broken(project, watch.Elapsed, $"not finished after {patience.TotalMinutes:0} minutes", Output());
                }

                say($"{project}: running for {watch.Elapsed.TotalSeconds:0} s");
            }
        }
        finally
        {
            await tests.StopAsync(TimeSpan.FromSeconds(10));
            await tests.DisposeAsync();
        }

        var code = await tests.Exited;
        if (!File.Exists(report))
        {
            return TestReport.Broken(project, watch.Elapsed, $"ended with {code} and without a report", Output());
        }

        var read = TestReport.Read(project, watch.Elapsed, report);
        return code != 0 && read.Failed == 0 ? TestReport.Broken(project, watch.Elapsed, $"ended with {code}", Output()) : read;

        string Output()
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }
}
