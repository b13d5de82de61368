using ProCode.Apps;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class AppSettingsStoreTests
{
    [Fact]
    public async Task ReplaceAsync_TwentyOfOneVersionAtOnce_OneWins()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();

        var replaced = await Task.WhenAll(Enumerable.Range(1, 20).Select(days => Task.Run(() => platform.Get<AppSettingsStore>().ReplaceAsync(
            app.Id, With(days), current => current.Retention == new AppRetention() ? null : GeneralErrors.Precondition.With("changed"), default))));

        var winner = Assert.Single(replaced, result => result.Succeeded).Value;
        Assert.Equal(winner.Retention, (await platform.Get<AppSettingsStore>().GetAsync(app.Id, default)).Retention);
    }

    [Fact]
    public async Task ReplaceAsync_TwentyAtOnceWithoutCondition_AllWriteAndOneIsLast()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();

        var replaced = await Task.WhenAll(Enumerable.Range(1, 20).Select(days => Task.Run(() =>
            platform.Get<AppSettingsStore>().ReplaceAsync(app.Id, With(days), _ => null, default))));

        Assert.All(replaced, result => Assert.True(result.Succeeded));
        Assert.InRange((await platform.Get<AppSettingsStore>().GetAsync(app.Id, default)).Retention.LogDays, 1, 20);
    }

    [Fact]
    public async Task Release_OfAnAppWithSettings_FollowsThem()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        await platform.Get<AppSettingsStore>().ReplaceAsync(
            app.Id,
            new AppSettings
            {
                TagPattern = "release/{major}",
                StageConfigs = new Dictionary<string, StageConfigChange> { ["DEPLOY"] = new(PollTimeout: 77), ["BUILD"] = new(MaxRetries: 9) },
            },
            _ => null, default);
        var iteration = await platform.GivenIterationAsync(app);

        var refused = (await platform.TryReleaseAsync(iteration, "v1.0.0")).Error!;
        Assert.Equal(("tag", "must look like release/1 (release/{major})"), (refused.Details.Single().Field, refused.Details.Single().Issue));
        var run = (await platform.TryReleaseAsync(iteration, "release/7")).Value;

        var configs = (await platform.Get<PipelineStore>().GetAsync(app.Id, run.PipelineId, default)).Value.StageConfigs;
        Assert.Equal((77, 30, 9, 3), (configs[StageKind.DEPLOY].PollTimeout!.Value, configs[StageKind.DEPLOY].PollInterval!.Value, configs[StageKind.BUILD].MaxRetries, configs[StageKind.CODE_CHECK].MaxRetries));
    }

    [Fact]
    public async Task Release_TwentyIterationsOfOneAppAtOnce_AllAreAccepted()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var iterations = new List<ProCode.Iterations.Iteration>();
        for (var i = 0; i < 20; i++) iterations.Add(await platform.GivenIterationAsync(app));

        var accepted = await Task.WhenAll(iterations.Select((iteration, i) => Task.Run(() => platform.TryReleaseAsync(iteration, $"v1.0.{i}"))));

        Assert.All(accepted, release => Assert.True(release.Succeeded, release.Error?.Message));
        Assert.Equal(20, accepted.Select(release => release.Value.PipelineId).Distinct().Count());
    }

    private static AppSettings With(int logDays) => new() { Retention = new AppRetention(LogDays: logDays) };
}
