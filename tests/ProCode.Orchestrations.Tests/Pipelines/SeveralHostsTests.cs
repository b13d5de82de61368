using Microsoft.Extensions.DependencyInjection;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;

namespace ProCode.Orchestrations.Tests.Pipelines;

/// <summary>Every activity runs in another process than the one before it: what a process remembers of the rows is always out of date, and nothing comes of that.</summary>
public sealed class SeveralHostsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_ARelease_IsMadeOnce(int others)
    {
        await using var platform = await StartAsync(others);
        var run = await platform.GivenReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal((PipelineStatus.SUCCESS, 1), (pipeline.Status, platform.Git.TagPushes));
        Assert.All(pipeline.Stages, stage => Assert.Equal((StageStatus.SUCCESS, 1), (stage.Status, stage.Attempt)));
        Assert.Single(platform.Target.Orders);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_FailuresAndARetry_EndOnce(int others)
    {
        await using var platform = await StartAsync(others);
        platform.Git.TagTroubles.Enqueue(() => GitErrors.HostUnavailable.With("The git host does not answer."));
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        var run = await platform.GivenReleaseAsync();
        var failed = await platform.CarryOutAsync(run);
        platform.Target.First = ScriptedTarget.Up;
        var again = await platform.RunAgainAsync(run, RunCause.RETRY);

        Assert.Equal((PipelineStatus.FAILED, 2), (failed.Status, failed[StageKind.CODE_CHECK].Attempt));
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(again)).Status);
        Assert.Equal([1, 2], platform.Target.Orders.Select(order => DeployId.Parse(order.DeployId)!.Run));
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        await platform.AssertListsAgreeAsync(again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_AGateAndACancel_EndOnce(int others)
    {
        await using var platform = await StartAsync(others, skipsWaits: false);
        platform.Target.First = platform.Target.Then = new DeploymentState(OpsStatus.RUNNING, "starting", null);
        var run = await platform.GivenReleaseAsync();
        await platform.DriveAsync(run, StageKind.BUILD, DriveMode.MANUAL);
        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, WaitKind.GATE);
        Assert.True((await platform.TryProceedAsync(run)).Succeeded);
        await platform.UntilWaitingAsync(run, WaitKind.DEPLOYMENT);
        Assert.True((await platform.TryCancelAsync(run)).Succeeded);

        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        Assert.Equal(OpsStatus.CANCELED, (await platform.DeploymentAsync(run)).Status);
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        await platform.SweepAsync();
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task Run_TheFullWayOfAnIteration_IsSettled()
    {
        await using var platform = await StartAsync(others: 2);
        platform.Target.First = ScriptedTarget.Up;
        var iteration = await platform.GivenIterationAsync();
        var phases = new List<Pipeline>();
        foreach (var phase in new[] { PhaseType.TESTING, PhaseType.STAGING, PhaseType.RELEASE }) phases.Add(await platform.PassAsync(iteration, phase));

        Assert.All(phases, pipeline => Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status));
        Assert.Equal("SUCCESS SUCCESS SUCCESS", await platform.StagesAsync(iteration));
        await platform.AssertIterationEndedAsync(iteration.AppId, phases[0].ParentId!.Value);
        await platform.AssertListsAgreeAsync(phases[^1].RunOf());
    }

    /// <summary>Runs of one app follow each other at its environment.</summary>
    [Fact]
    public async Task Run_ThreeAtOneEnvironment_DeployOneAfterTheOther()
    {
        await using var platform = await StartAsync(others: 2);
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var n = 0; n < 3; n++) runs.Add(await platform.GivenReleaseAsync(app, $"v1.0.{n}"));
        foreach (var run in runs) await platform.BeginAsync(run);

        foreach (var run in runs) Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        Assert.Equal([1L, 2L, 3L], platform.Target.Orders.Select(order => order.Fence));
        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 3, null, null), await platform.EnvironmentAsync(runs[0]));
    }

    /// <summary>What this process remembers of the iteration is from before its phase was entered.</summary>
    [Fact]
    public async Task Cancel_ThePhaseWasEnteredByAnotherProcess_IsCanceled()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var iteration = await platform.GivenIterationAsync();
        await using var other = platform.NewProcess();
        var run = (await platform.TryReleaseAsync(iteration, process: other)).Value.RunOf();

        Assert.Equal(PipelineStatus.CANCELED, (await platform.TryCancelAsync(run)).Value.Status);
        Assert.Equal(PhaseStatus.FAILED, (await platform.IterationAsync(run)).LatestPhase!.Status);
    }

    /// <summary>What this process remembers of the environment says that the run has nothing to do with it.</summary>
    [Fact]
    public async Task Cancel_AnotherProcessHasTakenTheEnvironment_ItIsFreed()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        var before = await platform.GivenPackagedReleaseAsync(app);
        await BeginAsync(before);
        await platform.Get<PrepareDeploymentActivity>().Run(before.Attempt(StageKind.DEPLOY), platform.Durable, default);
        await platform.CancelAsync(before, calls: false);
        var run = await platform.GivenPackagedReleaseAsync(app, digest: 'd');
        await BeginAsync(run);

        var prepared = await platform.NewProcess().GetRequiredService<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), platform.Durable, default);
        Assert.Equal((PreparedDeployment.READY, run.PipelineId), (prepared, (await platform.EnvironmentAsync(run)).HeldByPipelineId));
        await platform.CancelAsync(run, calls: false);

        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        Assert.Equal(OpsStatus.CANCELED, (await platform.DeploymentAsync(run)).Status);

        Task BeginAsync(RunRequest one) => platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(one, null), platform.Durable, default);
    }

    private static async Task<TestPlatform> StartAsync(int others, bool skipsWaits = true)
    {
        var platform = await TestPlatform.StartAsync(skipsWaits);
        for (var n = 0; n < others; n++) platform.AddHost();
        return platform;
    }
}
