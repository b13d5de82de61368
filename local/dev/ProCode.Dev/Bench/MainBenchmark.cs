using System.Diagnostics;
using System.Globalization;
using ProCode.Dev.Api;

namespace ProCode.Dev.Bench;

/// <summary>The main job under the clock: how long a release takes, what the machinery around the stages costs, how it answers under load.</summary>
internal sealed class MainBenchmark(string dataPath, string baseImages, Action<string> say)
{
    private const int Releases = 5;
    private const int CountedReleases = 3;
    private const int Pipelines = 20;
    private const int RoundsWhileRunning = 6;
    private const int RoundsFlatOut = 4;

    // What an agent that loads a few libraries takes to become healthy; the pipeline runs as long.
    private const int StartUpSeconds = 5;
    private const string GitUser = "bench";
    private const string GitPassword = "bench-password";
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(3);

    public async Task RunAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var git = await GitServer.StartAsync(Path.Combine(dataPath, "git"), GitUser, GitPassword, cancellation);
        await using (var stack = await StartAsync("plain", countRequests: false, cancellation))
        {
            await MeasureReleasesAsync(stack, git, report, cancellation);
            await MeasureUnderLoadAsync(stack, git, $"{Pipelines} pipelines running", StartUpSeconds, RoundsWhileRunning, report, cancellation);
            await MeasureUnderLoadAsync(stack, git, $"{Pipelines} pipelines flat out", 0, RoundsFlatOut, report, cancellation);
        }

        await using (var stack = await StartAsync("counted", countRequests: true, cancellation))
        {
            await CountRequestsAsync(stack, git, report, cancellation);
        }
    }

    private Task<LocalStack> StartAsync(string name, bool countRequests, CancellationToken cancellation) => LocalStack.StartAsync(
        new LocalStackOptions
        {
            DataPath = Path.Combine(dataPath, name),
            Configuration = "release",
            CountStorageRequests = countRequests,
            BaseImagesPath = baseImages,
        },
        cancellation);

    private async Task MeasureReleasesAsync(LocalStack stack, GitServer git, BenchReport report, CancellationToken cancellation)
    {
        var app = await CreateAppAsync(stack, git, "single", cancellation);
        await FollowAsync(stack, await ReleaseAsync(stack, app, 0, cancellation), cancellation);   // the first one pays for compiling
        var totals = new List<double>();
        var stages = new Dictionary<string, List<double>>();
        for (var n = 1; n <= Releases; n++)
        {
            say($"release {n} of {Releases}");
            var iteration = await stack.Client.CreateIterationAsync(app.Id, $"release {n}", cancellation: cancellation);
            var watch = Stopwatch.StartNew();
            var pipeline = await FollowAsync(stack, await stack.Client.ReleaseAsync(iteration.Id, TagOf(n), cancellation), cancellation);
            totals.Add(watch.Elapsed.TotalMilliseconds);
            foreach (var stage in pipeline.Stages)
            {
                stages.TryAdd(stage.Stage, []);
                stages[stage.Stage].Add((stage.EndedAt!.Value - stage.StartedAt!.Value).TotalMilliseconds);
            }
        }

        report.Add("release to healthy", Figure.Of(totals, "ms"));
        foreach (var (stage, times) in stages)
        {
            report.Add($"stage {stage}", Figure.Of(times, "ms"));
        }

        await MeasureOverheadAsync(git, stages, report, cancellation);
    }

    // BUILD and PACKAGE do next to nothing for an agent this small: all of their time counts as overhead.
    private async Task MeasureOverheadAsync(GitServer git, Dictionary<string, List<double>> stages, BenchReport report, CancellationToken cancellation)
    {
        var bare = new BareEffects(git, GitUser, GitPassword, Directory.CreateDirectory(Path.Combine(dataPath, "bare")).FullName);
        await git.CreateRepositoryAsync("bare", SampleAgent.Files("v1.0.0"), cancellation);
        var effects = new Dictionary<string, List<double>> { ["CODE_CHECK"] = [], ["DEPLOY"] = [] };
        for (var n = 0; n < Releases; n++)
        {
            effects["CODE_CHECK"].Add((await bare.TagAsync("bare", TagOf(n), cancellation)).TotalMilliseconds);
            effects["DEPLOY"].Add((await bare.StartAgentAsync(cancellation)).TotalMilliseconds);
        }

        var overheads = stages.Select(stage =>
        {
            var effect = effects.TryGetValue(stage.Key, out var alone) ? Figure.Of(alone, "ms").Median : 0;
            return Figure.Of(stage.Value, "ms").Median - effect;
        });
        foreach (var (stage, times) in effects)
        {
            report.Add($"bare effect of {stage}", Figure.Of(times, "ms"));
        }

        report.Add("overhead per stage", Figure.Of(overheads, "ms"));
    }

    // Each of 20 apps releases again as soon as its pipeline has ended, so that about 20 run whenever a release is answered. The first
    // round only gets them going. They begin spread over the time that one takes, because teams don't release in step.
    private async Task MeasureUnderLoadAsync(
        LocalStack stack, GitServer git, string load, int startUpSeconds, int rounds, BenchReport report, CancellationToken cancellation)
    {
        say(load);
        var answers = new List<double>();
        var apps = new List<AppInfo>();
        for (var i = 0; i < Pipelines; i++)
        {
            apps.Add(await CreateAppAsync(stack, git, $"load-{startUpSeconds}-{i}", cancellation, startUpSeconds));
        }

        await Task.WhenAll(apps.Select(async (app, place) =>
        {
            await Task.Delay(TimeSpan.FromSeconds((double)startUpSeconds * place / Pipelines), cancellation);
            for (var n = 0; n < rounds; n++)
            {
                var iteration = await stack.Client.CreateIterationAsync(app.Id, $"round {n}", cancellation: cancellation);
                var watch = Stopwatch.StartNew();
                var release = await stack.Client.ReleaseAsync(iteration.Id, TagOf(n), cancellation);
                lock (answers)
                {
                    if (n > 0)
                    {
                        answers.Add(watch.Elapsed.TotalMilliseconds);
                    }
                }

                await FollowAsync(stack, release, cancellation);
            }
        }));

        answers.Sort();
        report.Add($"release answer, {load}", Figure.Of(answers, "ms"));
        report.Add($"release answer, {load}, p99", Figure.Of([Figure.Percentile(answers, 99)], "ms"));
    }

    // Nothing asks the API meanwhile, so what storage sees is the pipeline and the app's own timers; these are measured first and taken off.
    private async Task CountRequestsAsync(LocalStack stack, GitServer git, BenchReport report, CancellationToken cancellation)
    {
        var app = await CreateAppAsync(stack, git, "counted", cancellation);
        await FollowAsync(stack, await ReleaseAsync(stack, app, 0, cancellation), cancellation);
        var counts = new List<double>();
        for (var n = 1; n <= CountedReleases; n++)
        {
            say($"counting storage requests {n} of {CountedReleases}");
            var iteration = await stack.Client.CreateIterationAsync(app.Id, $"counted {n}", cancellation: cancellation);
            var idleFrom = stack.Azurite.RequestCount();
            await Task.Delay(_quiet, cancellation);
            var idlePerSecond = (stack.Azurite.RequestCount() - idleFrom) / _quiet.TotalSeconds;

            var (start, watch) = (stack.Azurite.RequestCount(), Stopwatch.StartNew());
            var release = await stack.Client.ReleaseAsync(iteration.Id, TagOf(n), cancellation);
            long requests;
            double seconds;
            do
            {
                (requests, seconds) = await UntilQuietAsync(stack.Azurite, start, watch, cancellation);
            }
            while (!(await stack.Client.GetPipelineAsync(release.PipelineId, cancellation)).IsSettled);
            counts.Add(Math.Max(0, requests - (idlePerSecond * seconds)));
        }

        report.Add("storage requests per pipeline", Figure.Of(counts, "requests"));
    }

    private async Task<(long Requests, double Seconds)> UntilQuietAsync(Azurite azurite, long start, Stopwatch watch, CancellationToken cancellation)
    {
        while (true)
        {
            var (before, seconds) = (azurite.RequestCount(), watch.Elapsed.TotalSeconds);
            await Task.Delay(_quiet, cancellation);
            if (azurite.RequestCount() - before <= _quiet.TotalSeconds * 2)
            {
                return (before - start, seconds);
            }
        }
    }

    private static async Task<AppInfo> CreateAppAsync(
        LocalStack stack, GitServer git, string name, CancellationToken cancellation, int startUpSeconds = 0)
    {
        var files = SampleAgent.Files("v1.0.0").ToDictionary();
        if (startUpSeconds > 0)
        {
            files["main.py"] = string.Create(CultureInfo.InvariantCulture, $"import time\ntime.sleep({startUpSeconds})\n{files["main.py"]}");
        }

        var repository = $"{name}-{Path.GetFileName(stack.DataPath)}";
        await git.CreateRepositoryAsync(repository, files, cancellation);
        var credential = await stack.Client.CreateBasicCredentialAsync(name, GitUser, GitPassword, cancellation);
        return await stack.Client.CreateAppAsync(name, git.UrlOf(repository), credential.Id, cancellation: cancellation);
    }

    private static async Task<ReleaseInfo> ReleaseAsync(LocalStack stack, AppInfo app, int n, CancellationToken cancellation)
    {
        var iteration = await stack.Client.CreateIterationAsync(app.Id, $"release {n}", cancellation: cancellation);
        return await stack.Client.ReleaseAsync(iteration.Id, TagOf(n), cancellation);
    }

    private static async Task<PipelineInfo> FollowAsync(LocalStack stack, ReleaseInfo release, CancellationToken cancellation)
    {
        var pipeline = await stack.Client.WaitForEndAsync(release.PipelineId, cancellation);
        return pipeline.Status == "SUCCESS"
            ? pipeline
            : throw new DevException($"pipeline {pipeline.Id} ended as {pipeline.Status} at {pipeline.CurrentStage}; the app's last lines:\n{stack.App.LastLines}");
    }

    private static string TagOf(int n) => string.Create(CultureInfo.InvariantCulture, $"v1.0.{n}");
}
