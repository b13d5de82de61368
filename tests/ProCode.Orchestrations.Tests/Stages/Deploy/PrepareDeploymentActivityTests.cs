using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Testing;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

public sealed class PrepareDeploymentActivityTests
{
    [Fact]
    public async Task Run_TheEnvironmentIsFree_TakesItAndWritesTheDeployment()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);

        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run));

        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 1, run.PipelineId, run.Run), await platform.EnvironmentAsync(run));
        var deployment = await platform.DeploymentAsync(run);
        Assert.Equal((OpsStatus.PENDING, 1L, "layout/agent:v1.0.0"), (deployment.Status, deployment.Fence, deployment.Image));
        var pipeline = await platform.PipelineAsync(run);
        Assert.Equal((PipelineStatus.RUNNING, DeployStatus.DEPLOYING, deployment.Id), (pipeline.Status, pipeline.DeployStatus, pipeline.DeployId));
        Assert.Contains(new OutboxEntry(OutboxKind.LIST_PIPELINE, run.PipelineId), await platform.DebtsAsync(run.AppId));
    }

    [Fact]
    public async Task Run_Repeated_MakesOneDeploymentWithOneSecret()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run));
        var rows = await platform.RowsAsync(TableNames.Apps);

        platform.Restart();
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run));

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Run_InSeveralProcessesAtOnce_MakesOneDeploymentWithOneSecret()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            platform.NewProcess().GetRequiredService<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), null!, default))));

        Assert.All(taken, prepared => Assert.Equal(PreparedDeployment.READY, prepared));
        Assert.Equal(1, (await platform.EnvironmentAsync(run)).Fence);
        Assert.Single(await DeploymentRowsAsync(platform, run));
        var secret = await platform.Get<SecretProtector>().UnprotectAsync(
            (await platform.DeploymentAsync(run)).ProtectedSecret, Deployment.SecretPurpose(run.DeployId()), default);
        Assert.True(StandardWebhook.IsSecret(secret));
    }

    [Fact]
    public async Task Run_ItsCommitsAnswerIsLost_MakesOneDeploymentWithOneSecret()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);
        platform.Tables.BreakAfter("$batch", AppRows.Deployment(run.PipelineId, run.Run, 1));
        await Assert.ThrowsAnyAsync<Exception>(() => PrepareAsync(platform, run));
        var secret = (await platform.DeploymentAsync(run)).ProtectedSecret;

        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run));

        Assert.Equal((secret, 1L), ((await platform.DeploymentAsync(run)).ProtectedSecret, (await platform.EnvironmentAsync(run)).Fence));
    }

    [Fact]
    public async Task Run_ItsCommitDoesNotGetThrough_TakesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);
        var rows = await platform.RowsAsync(TableNames.Apps);
        platform.Tables.BreakBefore("$batch", AppRows.Deployment(run.PipelineId, run.Run, 1));

        await Assert.ThrowsAnyAsync<Exception>(() => PrepareAsync(platform, run));

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Run_AnotherPipelineHoldsIt_PausesAndNamesTheHolder()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var (first, second) = (await BegunAsync(platform, app), await BegunAsync(platform, app));
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, first));

        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, second));

        var waiting = await platform.PipelineAsync(second);
        Assert.Equal(
            (PipelineStatus.PAUSED, WaitKind.LOCK, first.PipelineId),
            (waiting.Status, waiting.WaitingFor!.Kind, waiting.WaitingFor.HeldByPipelineId!.Value));
        Assert.Null(waiting.DeployId);
        await platform.AssertListedAsync(waiting);

        // Asking again says nothing new.
        var rows = await platform.RowsAsync(TableNames.Apps);
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, second));
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Run_SeveralPipelinesAtOnce_OneTakesIt()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var i = 0; i < 6; i++) runs.Add(await BegunAsync(platform, app));

        var taken = await Task.WhenAll(runs.Select(run => Task.Run(() =>
            platform.NewProcess().GetRequiredService<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), null!, default))));

        var winner = runs[Array.IndexOf(taken, PreparedDeployment.READY)];
        Assert.Single(taken, prepared => prepared == PreparedDeployment.READY);
        var environment = await platform.EnvironmentAsync(winner);
        Assert.Equal((1, winner.PipelineId, winner.Run), (environment.Fence, environment.HeldByPipelineId!.Value, environment.HeldByRun!.Value));
        Assert.Equal(runs.Except([winner]).Select(run => run.PipelineId), environment.Queue.Select(waiter => waiter.PipelineId));
        Assert.Single(await DeploymentRowsAsync(platform, winner));
        foreach (var loser in runs.Except([winner]))
            Assert.Equal(winner.PipelineId, (await platform.PipelineAsync(loser)).WaitingFor!.HeldByPipelineId);
    }

    [Theory]
    [InlineData("the holder has ended")]
    [InlineData("the holder has begun another run")]
    [InlineData("the holder is gone")]
    public async Task Run_NobodyWhoGoesOnHoldsIt_TakesItOver(string why)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var (holder, run) = (await BegunAsync(platform, app), await BegunAsync(platform, app));
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, holder));
        switch (why)
        {
            case "the holder has ended":
                await ChangeAsync(platform, holder, pipeline => pipeline.Move(PipelineEvent.Fail, platform.Time.GetUtcNow()));
                break;
            case "the holder has begun another run":
                await ChangeAsync(platform, holder, pipeline => pipeline with { Run = 2 });
                break;
            default:
                var rows = platform.Get<AppPartition>();
                var found = (await rows.FindAsync<AppEnvironment>(app.Id, AppRows.Environment(AppEnvironment.Production), default))!;
                var lost = found.Value with { HeldByPipelineId = 999 };
                await rows.CommitAsync(
                    app.Id, [AppPartition.Update(app.Id, AppRows.Environment(AppEnvironment.Production), found.ETag, lost)], default);
                break;
        }

        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run));

        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 2, run.PipelineId, run.Run), await platform.EnvironmentAsync(run));
        Assert.Equal(2, (await platform.DeploymentAsync(run)).Fence);
    }

    [Fact]
    public async Task Run_TwoReleasesOfAnApp_DeployOneAfterTheOtherWithGrowingFences()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.Then = new DeploymentState(OpsStatus.RUNNING, "starting", null);
        var app = await platform.GivenAppAsync();
        var first = await platform.GivenPackagedReleaseAsync(app);
        var second = await platform.GivenPackagedReleaseAsync(app);
        await platform.BeginAsync(first);
        await platform.WaitsForDeploymentAsync(first);
        await platform.BeginAsync(second);
        await WaitFor.Async(async () => (await platform.PipelineAsync(second)).WaitingFor?.HeldByPipelineId == first.PipelineId);
        Assert.Equal(PipelineStatus.PAUSED, (await platform.PipelineAsync(second)).Status);

        platform.Target.Then = ScriptedTarget.Up;
        await platform.PassTimeAsync(TimeSpan.FromSeconds(5), async () => (await platform.PipelineAsync(second)).Status.IsFinal());

        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(first)).Status);
        var ended = await platform.EndAsync(second);
        Assert.Equal((PipelineStatus.SUCCESS, null), (ended.Status, ended.WaitingFor));
        Assert.Equal(
            [(first.DeployId().ToString(), 1L), (second.DeployId().ToString(), 2L)],
            platform.Target.Orders.Select(order => (order.DeployId, order.Fence)));
        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 2, null, null), await platform.EnvironmentAsync(second));
        await platform.AssertListsAgreeAsync(second);
    }

    private static Task<PreparedDeployment> PrepareAsync(TestPlatform platform, RunRequest run) =>
        platform.Get<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), null!, default);

    private static async Task<RunRequest> BegunAsync(TestPlatform platform, App? app = null)
    {
        var run = await platform.GivenPackagedReleaseAsync(app);
        await platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, null), null!, default);
        return run;
    }

    private static Task ChangeAsync(TestPlatform platform, RunRequest run, Func<Pipeline, Pipeline> change) =>
        platform.Get<PipelineChanges>().ApplyAsync(run.AppId, run.PipelineId, change, default);

    private static async Task<IEnumerable<string>> DeploymentRowsAsync(TestPlatform platform, RunRequest run) =>
        (await platform.RowsAsync(TableNames.Apps))
            .Where(row => row.StartsWith($"{AppRows.Partition(run.AppId)}/deployment-", StringComparison.Ordinal));
}
