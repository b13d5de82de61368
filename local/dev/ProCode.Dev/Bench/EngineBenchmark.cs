using System.Collections.Concurrent;
using System.Globalization;

namespace ProCode.Dev.Bench;

/// <summary>The local runtime itself: the durable engine on its file, and the function host by HTTP. What is measured runs in processes of tests/ProCode.EngineBench.</summary>
internal sealed class EngineBenchmark(string dataPath, Action<string> say)
{
    private const int Rounds = 5;
    private const string Program = "ProCode.EngineBench";
    private const string Engine = "local engine, nothing beside it";
    private const string Host = "local function host, client on the same processors";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _samples = new(StringComparer.Ordinal);

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        say($"engine, {Rounds} rounds after three that don't count");
        await MeasureAsync(cancellation, "engine", FolderOf("engine"), Text(Rounds));
        for (var round = 1; round <= Rounds; round++)
        {
            say($"10,000 instances wait, round {round} of {Rounds}");
            await MeasureAsync(cancellation, "waiting", FolderOf($"waiting-{round}"));
        }

        say("function host");
        await MeasureHostAsync(cancellation);
        foreach (var (name, unit) in (ReadOnlySpan<(string, string)>)
        [
            ("hello5_per_second", "orchestrations/s"), ("fanout1000_ms", "ms"), ("raise_to_complete_ms_p50", "ms"), ("raise_to_complete_ms_p95", "ms"),
            ("start_to_complete_ms_p50", "ms"), ("replay10k_ms", "ms"), ("waiting10k_mb", "MB"), ("sqlite_commits_per_second", "commits/s"),
        ])
        {
            report.Add(name, Figure.Of(_samples[name], unit), Engine);
        }

        report.Add("http_get_per_second", Figure.Of(_samples["http_get_per_second"], "requests/s"), Host);
        report.Add("http_get_ms_p99", Figure.Of(_samples["http_get_ms_p99"], "ms"), Host);
    }

    private async Task MeasureHostAsync(CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string?> { ["ProCodeLocal__Port"] = "0", ["ProCodeLocal__DataPath"] = FolderOf("host") };
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = ChildProcess.Start(
            ["dotnet", Checkout.AssemblyOf(Program, "release"), "serve"], environment, onLine: line =>
            {
                if (line.StartsWith(AppProcess.ReadyPrefix, StringComparison.Ordinal))
                {
                    ready.TrySetResult(line[AppProcess.ReadyPrefix.Length..].Trim());
                }
            });
        var first = await Task.WhenAny(ready.Task, host.Exited).WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        if (first == host.Exited)
        {
            throw new DevException($"The function host did not start:\n{host.LastLines}");
        }

        await MeasureAsync(cancellation, "get", $"{await ready.Task}/ping", Text(Rounds));
    }

    private async Task MeasureAsync(CancellationToken cancellation, params string[] arguments)
    {
        await using var process = ChildProcess.Start(["dotnet", Checkout.AssemblyOf(Program, "release"), .. arguments], onLine: Take);
        if (await process.Exited.WaitAsync(_patience, cancellation) != 0)
        {
            throw new DevException($"{Program} {arguments[0]} failed:\n{process.LastLines}");
        }
    }

    private void Take(string line)
    {
        if (line.Split(' ') is ["sample", var name, var value])
        {
            _samples.GetOrAdd(name, _ => []).Enqueue(double.Parse(value, CultureInfo.InvariantCulture));
        }
    }

    private string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(dataPath, name)).FullName;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
