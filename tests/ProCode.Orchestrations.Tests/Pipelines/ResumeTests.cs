using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Pipelines;

/// <summary>Resuming and restarting at moments when something else happens to the pipeline.</summary>
public sealed class ResumeTests
{
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", null);

    [Fact]
    public async Task Resume_PressedByTwo_IsOneDeploymentAndTwoHonestAnswers()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);
        await platform.TryCancelAsync(run);
        await platform.EndAsync(run);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => platform.TryRunAgainAsync(run, RunCause.RESUME))));

        var again = Assert.Single(answers, answer => answer.Succeeded).Value;
        Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Equal(PipelineErrors.ResumeNotAllowed, answer.Error!.Code));
        await platform.BeginAsync(again);
        await platform.WaitsForDeploymentAsync(again);
        Assert.Equal([run.DeployId().ToString(), again.DeployId().ToString()], platform.Target.Orders.Select(order => order.DeployId));
    }

    [Fact]
    public async Task Resume_BeforeTheLossIsWritten_IsRefusedAndChangesNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, null), null!, default); // Begun, and the engine has never heard of it.
        var asked = 0;
        platform.Tables.Before(
            async () =>
            {
                var before = TestPlatform.Text(await platform.PipelineAsync(run));
                Assert.Equal(PipelineErrors.ResumeNotAllowed, (await platform.TryRunAgainAsync(run, RunCause.RESUME)).Error!.Code);
                Assert.Equal(before, TestPlatform.Text(await platform.PipelineAsync(run)));
                asked++;
            },
            "$batch", nameof(WaitKind.RESUME));

        await platform.SweepLostRunsAsync();

        Assert.Equal((1, WaitKind.RESUME), (asked, (await platform.PipelineAsync(run)).WaitingFor!.Kind));
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(await platform.RunAgainAsync(run, RunCause.RESUME))).Status);
        Assert.Single(platform.Target.Orders);
    }

    /// <summary>The time of the first deployment is up; the second has its own, and hears nothing of it.</summary>
    [Fact]
    public async Task Resume_TheTimeIsJustUp_WaitsForItsOwnDeploymentFromThenOn()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform, pollTimeout: TimeSpan.FromSeconds(60));
        var asked = 0;
        platform.Tables.Before(
            async () =>
            {
                Assert.Equal(PipelineErrors.ResumeNotAllowed, (await platform.TryRunAgainAsync(run, RunCause.RESUME)).Error!.Code);
                asked++;
            },
            "$batch", nameof(DeployStatus.DEPLOY_TIMEOUT));
        platform.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(DeployStatus.DEPLOY_TIMEOUT, (await platform.EndAsync(run)).DeployStatus);
        Assert.Equal(1, asked);

        var again = await platform.RunAgainAsync(run, RunCause.RESUME);
        await platform.WaitsForDeploymentAsync(again);
        await platform.Get<CheckDeploymentActivity>().Run(new DeploymentWait(run.DeployId(), 30, 0), default);
        await DeploymentCalls.CallAsync(platform.Durable, run.DeployId(), default);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        platform.Time.Advance(TimeSpan.FromSeconds(30));
        await platform.PollAsync();
        Assert.Equal((PipelineStatus.RUNNING, DeployStatus.DEPLOYING), await StandAsync(platform, again));
        Assert.Equal(OpsStatus.TIMEOUT, (await platform.DeploymentAsync(run)).Status);

        await platform.CallBackAsync(again, OpsStatus.SUCCESS);
        await platform.EndAsync(again);
        await platform.AssertDeploymentSettledAsync(again, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Theory]
    [InlineData(WaitKind.DEPLOYMENT)]
    [InlineData(WaitKind.LOCK)]
    [InlineData(WaitKind.OPS)]
    [InlineData(WaitKind.RETRY)]
    public async Task Restart_WhileItWaits_IsRefusedAndChangesNothing(WaitKind kind)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = platform.Target.Then = Starting;
        var app = await platform.GivenAppAsync();
        if (kind == WaitKind.LOCK)
        {
            var holder = await platform.GivenPackagedReleaseAsync(app);
            await platform.BeginAsync(holder);
            await platform.WaitsForDeploymentAsync(holder);
        }

        if (kind == WaitKind.OPS) platform.Target.RefusesOrders = () => DeploymentErrors.TargetUnavailable.With("away");
        if (kind == WaitKind.RETRY) platform.Git.TagTroubles.Enqueue(() => ProCode.Repos.GitErrors.HostUnavailable.With("away"));
        var run = kind == WaitKind.RETRY ? await platform.GivenReleaseAsync(app) : await platform.GivenPackagedReleaseAsync(app);
        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, kind);
        await WaitFor.Async(() => platform.Time.IsAwaited(TimeSpan.FromMinutes(30)));

        // Who is PAUSED shows it in the list, and owes that until it does.
        var listed = new OutboxEntry(OutboxKind.LIST_PIPELINE, run.PipelineId);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).Status != PipelineStatus.PAUSED || !await platform.Get<Outbox>().OwesAsync(run.AppId, listed, default));
        var before = await platform.RowsAsync(TableNames.Apps);

        foreach (var cause in new[] { RunCause.RESTART, RunCause.RESUME, RunCause.RETRY })
        {
            var expected = cause switch
            {
                RunCause.RESTART => PipelineErrors.RestartNotAllowed,
                RunCause.RESUME => PipelineErrors.ResumeNotAllowed,
                _ => PipelineErrors.RetryNotAllowed,
            };
            Assert.Equal(expected, (await platform.TryRunAgainAsync(run, cause, cause == RunCause.RESTART ? StageKind.CODE_CHECK : null)).Error!.Code);
        }

        Assert.Equal(before, await platform.RowsAsync(TableNames.Apps));
    }

    /// <summary>Who waits for a person keeps nobody from the environment.</summary>
    [Fact]
    public async Task Wait_AtTheGateBeforeDeploy_LeavesTheEnvironmentToOthers()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var app = await platform.GivenAppAsync();
        var waits = await platform.GivenPackagedReleaseAsync(app);
        await platform.DriveAsync(waits, StageKind.DEPLOY, DriveMode.MANUAL);
        await platform.BeginAsync(waits);
        await platform.UntilWaitingAsync(waits, WaitKind.GATE);

        var other = await platform.GivenPackagedReleaseAsync(app);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(other)).Status);
        Assert.Equal(WaitKind.GATE, (await platform.PipelineAsync(waits)).WaitingFor!.Kind);

        Assert.True((await platform.TryProceedAsync(waits)).Succeeded);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(waits)).Status);
        Assert.Equal([other.DeployId().ToString(), waits.DeployId().ToString()], platform.Target.Orders.Select(order => order.DeployId));
        Assert.Equal([1L, 2L], platform.Target.Orders.Select(order => order.Fence));
    }

    /// <summary>The gate is looked at by the clock, too: at the very moment when somebody opens it, that is one step.</summary>
    [Fact]
    public async Task Proceed_TheGateIsLookedAtMeanwhile_IsOneStep()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.DriveAsync(run, StageKind.DEPLOY, DriveMode.MANUAL);
        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, WaitKind.GATE);
        await WaitFor.Async(() => platform.Time.IsAwaited(TimeSpan.FromDays(1)));
        platform.Tables.Before(
            () =>
            {
                platform.Time.Advance(TimeSpan.FromDays(1));
                return Task.CompletedTask;
            },
            "$batch", nameof(StageRun.ProceededBy)[1..]);

        Assert.True((await platform.TryProceedAsync(run)).Succeeded);

        var pipeline = await platform.EndAsync(run);
        Assert.Equal((PipelineStatus.SUCCESS, 1), (pipeline.Status, pipeline[StageKind.DEPLOY].Attempt));
        Assert.Single(platform.Target.Orders);
    }

    private static async Task<(PipelineStatus, DeployStatus)> StandAsync(TestPlatform platform, RunRequest run)
    {
        var pipeline = await platform.PipelineAsync(run);
        return (pipeline.Status, pipeline.DeployStatus!.Value);
    }

    private static async Task<RunRequest> GivenDeployingAsync(TestPlatform platform, TimeSpan? pollTimeout = null)
    {
        platform.Target.First = platform.Target.Then = Starting;
        var run = await platform.GivenPackagedReleaseAsync(pollTimeout: pollTimeout);
        await platform.BeginAsync(run);
        await platform.WaitsForDeploymentAsync(run);
        return run;
    }
}
