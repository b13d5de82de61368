using System.Diagnostics;
using ProCode.Dev.Api;

namespace ProCode.Dev.Bench;

/// <summary>Pipelines whose stages take no time, one after another and many at once: what is left is what the machinery takes.</summary>
internal sealed class ThroughputPart(string dataPath, Action<string> say)
{
    private const int WarmUp = 20;
    private const int Singles = 25;
    private const int Rounds = 3;
    private const int Hundred = 100;
    private const int Thousand = 1000;
    private const int ReleasesAtOnce = 32;
    private const double IdleSeconds = 32;

    // ASYNC is DEPLOY, whose time is also that of its wait.
    private static readonly string[] _auto = ["CODE_CHECK", "BUILD", "PACKAGE"];

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var stack = await BenchStack.StartAsync(Path.Combine(dataPath, "throughput"), TimeSpan.Zero, tablesInMemory: false, cancellation);
        await MeasureSinglesAsync(stack, report, cancellation);

        say($"making {Thousand} apps by HTTP");
        var iterations = await stack.CreateIterationsAsync(Thousand, cancellation);
        var memory = await stack.CountAsync(cancellation, collect: true);
        var (times, overheads) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            say($"{Hundred} pipelines at once, round {round + 1} of {Rounds}");
            var (seconds, pipelines) = await RunAtOnceAsync(stack, iterations.Skip(round * Hundred).Take(Hundred), cancellation);
            times.Add(seconds);
            overheads.AddRange(Overheads(pipelines));
        }

        Explain([(await stack.CountAsync(cancellation)).Since(memory)], Rounds * Hundred);

        report.Add("pipelines100_s", Figure.Of(times, "s"));
        report.Add("stage_overhead_at_100_ms_p50", Figure.PercentileOf(overheads, 50, "ms"));
        report.Add("stage_overhead_at_100_ms_p95", Figure.PercentileOf(overheads, 95, "ms"));

        say($"{Thousand} pipelines at once");
        var fresh = await stack.CreateIterationsAsync(iterations.Take(Rounds * Hundred).Select(iteration => iteration.AppId), cancellation);
        var (before, azurite) = (await stack.CountAsync(cancellation), stack.AzuriteCpu);
        var (thousand, _) = await RunAtOnceAsync(stack, iterations.Skip(Rounds * Hundred).Concat(fresh), cancellation);
        var after = await stack.CountAsync(cancellation);
        Explain([after.Since(before)], Thousand);
        report.Add("pipelines1000_s", Figure.Of([thousand], "s"));
        report.Add("pipelines1000_cpu_ms_per_pipeline", Figure.Of([(after.CpuSeconds - before.CpuSeconds) * 1000 / Thousand], "ms"));
        report.Add("pipelines1000_azurite_cpu_ms_per_pipeline", Figure.Of([(stack.AzuriteCpu - azurite).TotalMilliseconds / Thousand], "ms"));
        report.Add("pipelines1000_resident_mb", Figure.Of([after.ResidentMb], "MB"));
        var left = await stack.CountAsync(cancellation, collect: true);
        report.Add("pipelines1000_managed_growth_mb", Figure.Of([left.ManagedMb - memory.ManagedMb], "MB"));
    }

    // One app only, so that the sweep of debts, which looks at every app that lately began something, has next to nothing to do.
    private async Task MeasureSinglesAsync(BenchStack stack, BenchReport report, CancellationToken cancellation)
    {
        say($"{WarmUp} pipelines to warm up");
        var app = await stack.CreateAppAsync(cancellation);
        for (var n = 0; n < WarmUp; n++)
        {
            await RunOneAsync(stack, app, cancellation);
        }

        say("idle traffic");
        var idleFrom = await stack.CountAsync(cancellation);
        await Task.Delay(TimeSpan.FromSeconds(IdleSeconds), cancellation);
        var idle = (await stack.CountAsync(cancellation)).Since(idleFrom);

        say($"{Singles} pipelines one after another");
        var (pipelines, tables, blobs, all) = (new List<PipelineInfo>(), new List<double>(), new List<double>(), new List<StorageUse>());
        for (var n = 0; n < Singles; n++)
        {
            var (pipeline, use, seconds) = await RunOneAsync(stack, app, cancellation);
            pipelines.Add(pipeline);
            tables.Add(use.Of("Tables", idle, IdleSeconds, seconds));
            blobs.Add(use.Of("Blobs", idle, IdleSeconds, seconds));
            all.Add(use);
        }

        var overheads = Overheads(pipelines).ToList();
        report.Add("stage_overhead_ms_p50", Figure.PercentileOf(overheads, 50, "ms"));
        report.Add("stage_overhead_ms_p95", Figure.PercentileOf(overheads, 95, "ms"));
        foreach (var stage in pipelines[0].Stages.Select(stage => stage.Stage))
        {
            report.Add($"stage_{stage}_ms_p50", Figure.PercentileOf(pipelines.Select(pipeline => TimeOf(pipeline.Stages.Single(one => one.Stage == stage))), 50, "ms"));
        }

        report.Add("pipeline_ms_p50", Figure.PercentileOf(pipelines.Select(pipeline => (EndOf(pipeline) - pipeline.CreatedAt).TotalMilliseconds), 50, "ms"));
        report.Add("roundtrips_per_pipeline", Figure.Of(tables.Zip(blobs, (table, blob) => table + blob), "requests"));
        report.Add("roundtrips_per_pipeline_tables", Figure.Of(tables, "requests"));
        report.Add("roundtrips_per_pipeline_blobs", Figure.Of(blobs, "requests"));
        report.Add("idle_requests_per_minute", Figure.Of([(idle.Of("Tables") + idle.Of("Blobs")) * 60 / IdleSeconds], "requests"));
        Explain(all, 1);
    }

    private static async Task<(PipelineInfo Pipeline, StorageUse Use, double Seconds)> RunOneAsync(BenchStack stack, AppInfo app, CancellationToken cancellation)
    {
        var iteration = await stack.CreateIterationAsync(app.Id, cancellation);
        var (before, watch) = (await stack.CountAsync(cancellation), Stopwatch.StartNew());
        var release = await stack.Client.ReleaseAsync(iteration.Id, TagOf(iteration), cancellation);
        var after = await stack.SettleAsync(before.Orders + 1, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        return (await stack.EndAsync(release.PipelineId, cancellation), after.Since(before), seconds);
    }

    // The time is that of the rows: nobody asks the app anything before its pipelines are through.
    private static async Task<(double Seconds, IReadOnlyList<PipelineInfo> Pipelines)> RunAtOnceAsync(
        BenchStack stack, IEnumerable<IterationInfo> iterations, CancellationToken cancellation)
    {
        var drafts = iterations.ToList();
        var from = (await stack.CountAsync(cancellation)).Orders;
        var start = TimeProvider.System.GetUtcNow();
        var released = new List<long>();
        await Parallel.ForEachAsync(drafts, new ParallelOptions { MaxDegreeOfParallelism = ReleasesAtOnce, CancellationToken = cancellation }, async (draft, token) =>
        {
            var release = await stack.Client.ReleaseAsync(draft.Id, TagOf(draft), token);
            lock (released)
            {
                released.Add(release.PipelineId);
            }
        });
        await stack.SettleAsync(from + drafts.Count, cancellation);
        var pipelines = await stack.EndAsync(released, cancellation);
        return ((pipelines.Max(EndOf) - start).TotalSeconds, pipelines);
    }

    // Where the time goes, for whoever wants to make it shorter: no figure, but what the figures are made of.
    private void Explain(IReadOnlyCollection<StorageUse> uses, int pipelinesEach)
    {
        var pipelines = (double)uses.Count * pipelinesEach;
        var operations = uses.SelectMany(use => use.Operations).GroupBy(operation => (operation.Kind, operation.Name))
            .Select(same => (same.Key.Kind, same.Key.Name, Count: same.Sum(one => one.Count) / pipelines, Milliseconds: same.Sum(one => one.Milliseconds) / pipelines));
        say("requests to the storage per pipeline, and how long they took together:");
        foreach (var (kind, name, count, milliseconds) in operations.OrderByDescending(operation => operation.Milliseconds))
        {
            say($"  {kind,-6} {name,-28} {count,6:0.0} {milliseconds,8:0.0} ms");
        }
    }

    private static IEnumerable<double> Overheads(IEnumerable<PipelineInfo> pipelines) =>
        pipelines.SelectMany(pipeline => pipeline.Stages).Where(stage => _auto.Contains(stage.Stage)).Select(TimeOf);

    private static double TimeOf(StageInfo stage) => (stage.EndedAt!.Value - stage.StartedAt!.Value).TotalMilliseconds;

    private static DateTimeOffset EndOf(PipelineInfo pipeline) => pipeline.Stages[^1].EndedAt!.Value;

    private static string TagOf(IterationInfo iteration) => $"v1.0.{iteration.Id}";
}
