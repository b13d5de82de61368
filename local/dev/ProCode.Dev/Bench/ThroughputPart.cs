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
    private const double IdleSeconds = 32;

    // ASYNC is DEPLOY, whose time is also that of its wait.
    private static readonly string[] _auto = ["CODE_CHECK", "BUILD", "PACKAGE"];

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var stack = await BenchStack.StartAsync(Path.Combine(dataPath, "throughput"), TimeSpan.Zero, tablesInMemory: false, cancellation);
        await MeasureSinglesAsync(stack, report, cancellation);

        say($"making {Rounds * Hundred} apps by HTTP");
        var iterations = await stack.CreateIterationsAsync(Rounds * Hundred, cancellation);
        var before = await stack.CountAsync(cancellation, collect: true);
        var (times, overheads) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            say($"{Hundred} pipelines at once, round {round + 1} of {Rounds}");
            var (seconds, pipelines) = await ManyReleases.RunAsync(stack, iterations.Skip(round * Hundred).Take(Hundred), cancellation);
            times.Add(seconds);
            overheads.AddRange(Overheads(pipelines));
        }

        ManyReleases.Explain([(await stack.CountAsync(cancellation)).Since(before)], Rounds * Hundred, say);
        report.Add("pipelines100_s", Figure.Of(times, "s"));
        report.Add("stage_overhead_at_100_ms_p50", Figure.PercentileOf(overheads, 50, "ms"));
        report.Add("stage_overhead_at_100_ms_p95", Figure.PercentileOf(overheads, 95, "ms"));

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

        report.Add("pipeline_ms_p50", Figure.PercentileOf(pipelines.Select(pipeline => (ManyReleases.EndOf(pipeline) - pipeline.CreatedAt).TotalMilliseconds), 50, "ms"));
        report.Add("roundtrips_per_pipeline", Figure.Of(tables.Zip(blobs, (table, blob) => table + blob), "requests"));
        report.Add("roundtrips_per_pipeline_tables", Figure.Of(tables, "requests"));
        report.Add("roundtrips_per_pipeline_blobs", Figure.Of(blobs, "requests"));
        report.Add("idle_requests_per_minute", Figure.Of([(idle.Of("Tables") + idle.Of("Blobs")) * 60 / IdleSeconds], "requests"));
        ManyReleases.Explain(all, 1, say);
    }

    private static async Task<(PipelineInfo Pipeline, StorageUse Use, double Seconds)> RunOneAsync(BenchStack stack, AppInfo app, CancellationToken cancellation)
    {
        var iteration = await stack.CreateIterationAsync(app.Id, cancellation);
        var (before, watch) = (await stack.CountAsync(cancellation), Stopwatch.StartNew());
        var release = await stack.Client.ReleaseAsync(iteration.Id, ManyReleases.TagOf(iteration), cancellation);
        var after = await stack.SettleAsync(before.Orders + 1, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        return (await stack.EndAsync(release.PipelineId, cancellation), after.Since(before), seconds);
    }

    private static IEnumerable<double> Overheads(IEnumerable<PipelineInfo> pipelines) =>
        pipelines.SelectMany(pipeline => pipeline.Stages).Where(stage => _auto.Contains(stage.Stage)).Select(TimeOf);

    private static double TimeOf(StageInfo stage) => (stage.EndedAt!.Value - stage.StartedAt!.Value).TotalMilliseconds;
}
