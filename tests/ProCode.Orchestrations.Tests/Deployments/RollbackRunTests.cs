using ProCode.Deployments;
using ProCode.Images;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Deployments;

/// <summary>Roll-backs carried out to their end, on the engine.</summary>
public sealed class RollbackRunTests
{
    [Fact]
    public async Task Rollback_AfterTwoReleases_OrdersTheFirstImageAgainAndNothingElse()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, second) = await platform.GivenTwoReleasesAsync();
        var before = await platform.ReleaseRowsAsync();
        var (asked, archived) = (platform.Git.Asked, platform.Git.Archived);
        platform.Images.Troubles.Enqueue(() => ImageErrors.BaseImageMissing.With("Nobody builds."));

        var run = await platform.GivenRollbackAsync(app.Id);
        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        var (original, order) = (platform.Target.Orders.First(), platform.Target.Orders.Last());
        Assert.Equal(3, platform.Target.Orders.Count);
        Assert.Equal((original.Image, original.Digest, run.DeployId().ToString(), 3L), (order.Image, order.Digest, order.DeployId, order.Fence));
        Assert.NotEqual(await platform.DigestAsync(second), order.Digest);
        Assert.Equal((asked, archived, 1), (platform.Git.Asked, platform.Git.Archived, platform.Images.Troubles.Count));

        // The releases' own rows were not even written.
        Assert.Equal(before, await platform.ReleaseRowsAsync(run));
        Assert.Equal((IterationStatus.RELEASED, PhaseStatus.SUCCESS), await StateAsync(platform, first));
        await AssertSettledAsync(platform, run, succeeded: true);
    }

    [Fact]
    public async Task Rollback_OnceMore_LeadsBackAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, second) = await platform.GivenTwoReleasesAsync();

        foreach (var expected in new[] { first, second, first })
        {
            var run = await platform.GivenRollbackAsync(app.Id);
            await platform.CarryOutAsync(run);
            Assert.Equal(await platform.DigestAsync(expected), platform.Target.Orders.Last().Digest);
            await AssertSettledAsync(platform, run, succeeded: true);
        }

        // A roll-back's own deployment can be rolled back to as well.
        var pipelines = (await platform.Get<PipelineStore>().ListAsync(new PipelineFilter(app.ProjectId, app.Id), 50, null, default)).Value.Items;
        var latest = pipelines.First(pipeline => pipeline.Trigger == PipelineTrigger.ROLLBACK);
        Assert.Equal(3, pipelines.Count(pipeline => pipeline.Trigger == PipelineTrigger.ROLLBACK));
        var named = await platform.GivenRollbackAsync(app.Id, latest.DeployId);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(named)).Status);
    }

    [Fact]
    public async Task Rollback_ItFails_LeavesTheReleasesAloneAndTheEnvironmentFree()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, _) = await platform.GivenTwoReleasesAsync();
        var before = await platform.ReleaseRowsAsync();
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);

        var failed = await platform.GivenRollbackAsync(app.Id);
        var pipeline = await platform.CarryOutAsync(failed);

        Assert.Equal((PipelineStatus.FAILED, DeployStatus.DEPLOY_FAILED), (pipeline.Status, pipeline.DeployStatus!.Value));
        Assert.Equal(DeploymentErrors.Unhealthy.Name, pipeline[StageKind.DEPLOY].Failure!.Error);
        Assert.Equal(before, await platform.ReleaseRowsAsync(failed));
        await AssertSettledAsync(platform, failed, succeeded: false);

        // What failed never ran, so the same deployment is the one before the current one.
        platform.Target.First = ScriptedTarget.Up;
        var again = await platform.GivenRollbackAsync(app.Id);
        Assert.Equal(first.DeployId().ToString(), (await platform.PipelineAsync(again)).RollbackTo);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(again)).Status);
    }

    [Fact]
    public async Task Rollback_OfAnIterationThatIsStillReleasing_LeavesItReleasing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        var failed = await platform.GivenReleaseAsync(app, "v3.0.0");
        await platform.CarryOutAsync(failed);
        platform.Target.First = ScriptedTarget.Up;

        await platform.CarryOutAsync(await platform.GivenRollbackAsync(app.Id));

        Assert.Equal((IterationStatus.RELEASING, PhaseStatus.FAILED), await StateAsync(platform, failed));
        Assert.Equal(PipelineStatus.FAILED, (await platform.ParentAsync(failed)).Status);
    }

    [Fact]
    public async Task Rollback_AReleaseIsDeploying_WaitsForTheEnvironmentAndSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var (app, first, _) = await platform.GivenTwoReleasesAsync();
        platform.Target.First = new DeploymentState(OpsStatus.RUNNING, "starting", null);
        platform.Git.Head = new string('c', 40);
        var third = await platform.GivenReleaseAsync(app, "v3.0.0");
        platform.Target.Say(third.DeployId(), platform.Target.First);
        await platform.BeginAsync(third);
        await platform.WaitsForDeploymentAsync(third);

        var run = await platform.GivenRollbackAsync(app.Id);
        await platform.BeginAsync(run);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).Status == PipelineStatus.PAUSED);
        Assert.Equal((WaitKind.LOCK, third.PipelineId), await WaitsForAsync(platform, run));

        await platform.CallBackAsync(third, OpsStatus.SUCCESS);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(third)).Status);
        await platform.PassTimeAsync(TimeSpan.FromSeconds(5), async () => (await platform.PipelineAsync(run)).Status.IsFinal());
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        Assert.Equal(await platform.DigestAsync(first), platform.Target.Orders.Last().Digest);
        await AssertSettledAsync(platform, run, succeeded: true);
    }

    /// <summary>Every write of the request and of its run, cut off before and after it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rollback_ItsProcessDiesAtAnyWrite_EndsOnce(bool succeeds)
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync();
            var (app, first, _) = await platform.GivenTwoWrittenReleasesAsync();
            var before = await platform.ReleaseRowsAsync();
            if (!succeeds) platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);

            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            RunRequest run;
            try
            {
                run = await platform.GivenRollbackAsync(app.Id, key: "key");
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                run = await platform.GivenRollbackAsync(app.Id, key: "key");
            }

            var pipeline = await platform.CarryOutAsync(run);
            writes.IsArmed = false;

            // The sweep pays what a death between a change and its line in the list left owing.
            platform.Time.Advance(TimeSpan.FromSeconds(11));
            await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
            Assert.Equal(succeeds ? PipelineStatus.SUCCESS : PipelineStatus.FAILED, pipeline.Status);
            Assert.Equal(1, pipeline[StageKind.DEPLOY].Attempt);
            Assert.Equal(await platform.DigestAsync(first), Assert.Single(platform.Target.Orders.DistinctBy(order => order.DeployId)).Digest);
            Assert.Equal(before, await platform.ReleaseRowsAsync(run));
            await AssertSettledAsync(platform, run, succeeds);
            if (!writes.HasDied)
            {
                Assert.True(death >= 20, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static async Task<(IterationStatus, PhaseStatus)> StateAsync(TestPlatform platform, RunRequest run)
    {
        var iteration = await platform.IterationAsync(run);
        return (iteration.Status, iteration.LatestPhase!.Status);
    }

    private static async Task<(WaitKind, long?)> WaitsForAsync(TestPlatform platform, RunRequest run)
    {
        var waiting = (await platform.PipelineAsync(run)).WaitingFor!;
        return (waiting.Kind, waiting.HeldByPipelineId);
    }

    private static async Task AssertSettledAsync(TestPlatform platform, RunRequest run, bool succeeded)
    {
        var (pipeline, row) = (await platform.PipelineAsync(run), await platform.RunRowAsync(run));
        Assert.Equal((pipeline.Status, true), (row.Status, row.EndedAt is not null));
        Assert.Equal(succeeded, pipeline.Status == PipelineStatus.SUCCESS);
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        await platform.AssertListsAgreeAsync(run);
    }
}
