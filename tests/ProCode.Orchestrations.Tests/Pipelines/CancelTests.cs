using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class CancelTests
{
    [Fact]
    public async Task Cancel_WhileAStageWorks_StopsTheWork()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        var (begun, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Images.WhileBuilding = async cancellation =>
        {
            begun.SetResult();
            await using var _ = cancellation.Register(stopped.SetResult);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await platform.BeginAsync(run);
        await begun.Task.WaitAsync(Testing.WaitFor.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(PipelineStatus.CANCELED, (await platform.TryCancelAsync(run)).Value.Status);

        await stopped.Task.WaitAsync(Testing.WaitFor.Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        await AssertCanceledAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_WhileDeploying_SettlesTheDeploymentAndTellsTheTarget()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);

        var canceled = (await platform.TryCancelAsync(run)).Value;

        Assert.Equal(DeployStatus.DEPLOY_CANCELED, canceled.DeployStatus);
        Assert.Equal((OpsStatus.CANCELED, EvidenceSource.CANCEL), await SettledAsync(platform, run));
        await platform.EndAsync(run);
        Assert.True(platform.Target.CancelsOf(run.DeployId()) > 0);
        Assert.Equal(OpsStatus.CANCELED, (await platform.CallBackAsync(run, OpsStatus.SUCCESS)).Status);
        await AssertCanceledAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_NobodyIsToldRightAway_TheSweepTellsThem()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);
        Assert.True((await platform.TryCancelAsync(run, call: false)).Succeeded);
        Assert.Equal(0, platform.Target.CancelsOf(run.DeployId()));

        await platform.SweepAsync();
        await platform.EndAsync(run);
        await platform.SweepAsync();

        Assert.True(platform.Target.CancelsOf(run.DeployId()) > 0);
        await AssertCanceledAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_AfterTheCallback_LeavesTheDeploymentAsItIs()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: false);

        var canceled = (await platform.TryCancelAsync(run)).Value;

        Assert.Equal((PipelineStatus.CANCELED, DeployStatus.DEPLOY_SUCCESS), (canceled.Status, canceled.DeployStatus));
        Assert.Equal((OpsStatus.SUCCESS, EvidenceSource.CALLBACK), await SettledAsync(platform, run));
        await platform.EndAsync(run);
        Assert.Equal(0, platform.Target.CancelsOf(run.DeployId()));
    }

    [Fact]
    public async Task Cancel_WaitingForARetry_EndsTheRunWithoutTheClock()
    {
        LostEvents.SkipTest();
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Git.TagTroubles.Enqueue(() => GitErrors.HostUnavailable.With("away"));
        var run = await platform.GivenReleaseAsync();
        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, WaitKind.RETRY);

        Assert.True((await platform.TryCancelAsync(run)).Succeeded);

        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        await AssertCanceledAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_PressedByTwo_IsOneEndAndTwoHonestAnswers()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => platform.TryCancelAsync(run))));
        Assert.Single(answers, answer => answer.Succeeded);
        Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Equal(PipelineErrors.CancelNotAllowed, answer.Error!.Code));
    }

    [Fact]
    public async Task Resume_ACanceledOne_DeploysUnderAnotherId()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenDeployingAsync(platform);
        await platform.TryCancelAsync(run);
        await platform.EndAsync(run);

        var again = await platform.RunAgainAsync(run, RunCause.RESUME);
        await Testing.WaitFor.Async(async () => (await platform.PipelineAsync(again)).DeployStatus == DeployStatus.DEPLOYING);
        await Testing.WaitFor.Async(() => platform.Target.Orders.Any(order => order.DeployId == again.DeployId().ToString()));
        await platform.CallBackAsync(again, OpsStatus.SUCCESS);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(again)).Status);
        Assert.Equal([1L, 2L], platform.Target.Orders.Select(order => order.Fence));
    }

    /// <summary>Every write of the request, cut off before and after it.</summary>
    [Fact]
    public async Task Cancel_ItsProcessDiesAtAnyWrite_IsCanceledOnceAndOwesNothing()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
            var run = await GivenDeployingAsync(platform);
            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            try
            {
                await platform.TryCancelAsync(run, key: "key");
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                Assert.True((await platform.TryCancelAsync(run, key: "key")).Succeeded);
            }

            await platform.SweepAsync();
            await Testing.WaitFor.Async(async () =>
            {
                if ((await platform.Durable.GetInstanceAsync(InstanceIds.ForRun(run)))!.IsCompleted) return true;
                platform.Time.Advance(TimeSpan.FromSeconds(1)); // What has died is tried again.
                return false;
            });
            Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
            writes.IsArmed = false;
            await platform.SweepAsync();
            await platform.SweepAsync();
            Assert.True(platform.Target.CancelsOf(run.DeployId()) > 0);
            await AssertCanceledAsync(platform, run);
            if (!writes.HasDied)
            {
                Assert.True(death >= 6, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static async Task<RunRequest> GivenDeployingAsync(TestPlatform platform)
    {
        var run = await platform.GivenPackagedReleaseAsync();
        platform.Target.Say(run.DeployId(), new DeploymentState(OpsStatus.RUNNING, "starting", null));
        await platform.BeginAsync(run);
        await platform.WaitsForDeploymentAsync(run);
        return run;
    }

    private static async Task<(OpsStatus, EvidenceSource)> SettledAsync(TestPlatform platform, RunRequest run)
    {
        var deployment = await platform.DeploymentAsync(run);
        return (deployment.Status, deployment.SettledBy!.Source);
    }

    private static async Task AssertCanceledAsync(TestPlatform platform, RunRequest run)
    {
        var (pipeline, row, iteration) = (await platform.PipelineAsync(run), await platform.RunRowAsync(run), await platform.IterationAsync(run));
        Assert.Equal((PipelineStatus.CANCELED, null), (pipeline.Status, pipeline.WaitingFor));
        Assert.Equal((PipelineStatus.CANCELED, "tester"), (row.Status, row.EndedBy));
        Assert.Equal((IterationStatus.RELEASING, PhaseStatus.FAILED), (iteration.Status, iteration.LatestPhase!.Status));
        Assert.Equal(PipelineStatus.FAILED, (await platform.ParentAsync(run)).Status); // Until the phase is carried out again.
        if (await platform.Get<AppPartition>().FindAsync<AppEnvironment>(run.AppId, AppRows.Environment("production"), default) is { } environment)
            Assert.Null(environment.Value.HeldByPipelineId);
        await platform.SweepAsync();
        await platform.AssertListsAgreeAsync(run);
    }
}
