using System.Diagnostics;

namespace ProCode.Dev.Bench;

/// <summary>What many pipelines cost that do nothing but wait for their deployment's callback.</summary>
internal sealed class WaitingPart(string dataPath, int pipelines, Action<string> say)
{
    private const int WarmUp = 200;
    private static readonly TimeSpan _watched = TimeSpan.FromSeconds(30);

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var stack = await BenchStack.StartAsync(Path.Combine(dataPath, "waiting"), Timeout.InfiniteTimeSpan, tablesInMemory: true, cancellation);
        await BeginAsync(stack, WarmUp, cancellation);
        var before = await stack.CountAsync(cancellation, collect: true);

        say($"bringing {pipelines} pipelines to where they wait");
        var watch = Stopwatch.StartNew();
        await BeginAsync(stack, pipelines, cancellation);
        say($"they wait after {watch.Elapsed.TotalSeconds:0} s");
        var waiting = await stack.CountAsync(cancellation, collect: true);

        // From here on they are left alone.
        var from = await stack.CountAsync(cancellation);
        watch.Restart();
        await Task.Delay(_watched, cancellation);
        var until = await stack.CountAsync(cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        var after = await stack.CountAsync(cancellation, collect: true);

        var name = pipelines == 10_000 ? "waiting10k" : $"waiting{pipelines}";
        report.Add($"{name}_pipelines_mb", Figure.Of([waiting.ResidentMb - before.ResidentMb], "MB"), BenchReport.TablesInMemory);
        report.Add($"{name}_managed_mb", Figure.Of([waiting.ManagedMb - before.ManagedMb], "MB"), BenchReport.TablesInMemory);
        report.Add($"{name}_managed_later_mb", Figure.Of([after.ManagedMb - before.ManagedMb], "MB"), BenchReport.TablesInMemory);
        report.Add($"{name}_cpu_percent", Figure.Of([(until.CpuSeconds - from.CpuSeconds) / seconds * 100], "% of a core"), BenchReport.TablesInMemory);
        report.Add($"{name}_requests_per_minute", Figure.Of([(until.Requests - from.Requests) / seconds * 60], "requests"), BenchReport.TablesInMemory);
        say("what was asked of the storage meanwhile:");
        foreach (var operation in until.Since(from).Operations.OrderByDescending(operation => operation.Count))
        {
            say($"  {operation.Kind,-6} {operation.Name,-28} {operation.Count,8}");
        }
    }

    // Waiting, they are polled: the storage is never quiet.
    private static async Task BeginAsync(BenchStack stack, int count, CancellationToken cancellation)
    {
        var orders = (await stack.CountAsync(cancellation)).Orders + count;
        await stack.BeginWaitingAsync(count, cancellation);
        while ((await stack.CountAsync(cancellation)).Orders < orders)
        {
            await Task.Delay(200, cancellation);
        }

        // The last ones say that they wait.
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
    }
}
