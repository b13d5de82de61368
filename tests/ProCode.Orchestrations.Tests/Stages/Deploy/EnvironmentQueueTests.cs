using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>The queue before an environment: who deploys there next, and how it comes to know.</summary>
public sealed class EnvironmentQueueTests
{
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", null);

    [Fact]
    public async Task Prepare_InWhateverOrderTheyCome_TakesThemAsTheyWereAskedFor()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await BegunAsync(platform, 4);
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, runs[1]));
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[3]));
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[2]));
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[0]));
        Assert.Equal(Ids(runs[0], runs[2], runs[3]), await QueueAsync(platform, runs[0]));

        await platform.CancelAsync(runs[1], calls: false);

        // It is free, and still not everybody's.
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[3]));
        Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[2]));
        Assert.Equal(runs[0].PipelineId, (await platform.PipelineAsync(runs[2])).WaitingFor!.HeldByPipelineId);
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, runs[0]));
        Assert.Equal(2, (await platform.EnvironmentAsync(runs[0])).Fence);
        Assert.Equal(Ids(runs[2], runs[3]), await QueueAsync(platform, runs[0]));
    }

    [Fact]
    public async Task Prepare_SomebodyElsesTurn_SaysWhoIsBeforeAndSinceWhen()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await BegunAsync(platform, 3);
        await PrepareAsync(platform, runs[0]);
        await PrepareAsync(platform, runs[1]);
        await PrepareAsync(platform, runs[2]);
        var since = platform.Time.GetUtcNow();

        var waiting = (await platform.PipelineAsync(runs[2])).WaitingFor!;
        Assert.Equal((WaitKind.LOCK, runs[0].PipelineId, since), (waiting.Kind, waiting.HeldByPipelineId!.Value, waiting.Since));
        Assert.Equal($"Pipeline {runs[0].PipelineId} is deploying to production; this one is number 2 in line, right behind {runs[1].PipelineId}.", waiting.Message);

        // The queue moves on, and what people are told with it, without a write to who waits on.
        platform.Time.Advance(TimeSpan.FromSeconds(7));
        await platform.CancelAsync(runs[0], calls: false);
        await PrepareAsync(platform, runs[1]);
        var row = await platform.PipelineAsync(runs[2]);
        Assert.Equal(waiting, row.WaitingFor);
        Assert.Equal(
            new WaitingFor(WaitKind.LOCK, $"Pipeline {runs[1].PipelineId} is deploying to production; this one is next in line.", since, HeldByPipelineId: runs[1].PipelineId),
            await platform.Get<CurrentWaits>().OfAsync(row, default));
    }

    [Fact]
    public async Task Run_EightAtOnce_DeployOneByOneWithoutTheClock()
    {
        LostEvents.SkipTest();
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (since, atOnce, most) = (platform.Time.GetUtcNow(), 0, 0);
        platform.Target.First = ScriptedTarget.Up;
        platform.Target.WhileOrdering = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
        };
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var i = 0; i < 8; i++) runs.Add(await platform.GivenPackagedReleaseAsync(app));

        await Task.WhenAll(runs.Select(platform.BeginAsync));
        foreach (var run in runs) Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);

        Assert.Equal((since, 1), (platform.Time.GetUtcNow(), most));
        Assert.Equal(Enumerable.Range(1, 8).Select(fence => (long)fence), platform.Target.Orders.Select(order => order.Fence));
        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 8, null, null), await platform.EnvironmentAsync(runs[0]));

        // A call that was made twice, and heard once, is dropped by the sweep.
        platform.Time.Advance(TimeSpan.FromSeconds(11));
        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task Run_TheHolderEnds_TheNextIsCalledWithoutTheClock()
    {
        LostEvents.SkipTest();
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 3);
        var since = platform.Time.GetUtcNow();

        foreach (var run in runs)
        {
            await platform.WaitsForDeploymentAsync(run);
            await platform.CallBackAsync(run, OpsStatus.SUCCESS);
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        }

        Assert.Equal(since, platform.Time.GetUtcNow());
        Assert.Equal(runs.Select(run => run.DeployId().ToString()), platform.Target.Orders.Select(order => order.DeployId));
        await platform.AssertListsAgreeAsync(runs[2]);
    }

    [Fact]
    public async Task Run_TheCallIsLost_IsMadeBySweep()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 2);

        await platform.CancelAsync(runs[0], calls: false);
        Assert.Contains(new OutboxEntry(OutboxKind.WAKE_RUN, runs[1].PipelineId, 1), await platform.DebtsAsync(runs[0].AppId));
        Assert.Equal(WaitKind.LOCK, (await platform.PipelineAsync(runs[1])).WaitingFor!.Kind);
        await SweepAsync(platform);

        await platform.WaitsForDeploymentAsync(runs[1]);
        Assert.DoesNotContain(new OutboxEntry(OutboxKind.WAKE_RUN, runs[1].PipelineId, 1), await platform.DebtsAsync(runs[0].AppId));
    }

    [Fact]
    public async Task Run_AWaitingPipelineIsCanceled_LeavesTheQueueAtOnceAndTheNextGetsIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 3);

        await platform.CancelAsync(runs[1]);
        Assert.Equal(Ids(runs[2]), await QueueAsync(platform, runs[0]));
        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(runs[1])).Status);
        var log = (await platform.Get<StageLogs>().ReadAsync(new StageLogId(runs[1].PipelineId, runs[1].Run, StageKind.DEPLOY, 1), 0, null, TestContext.Current.CancellationToken))!;
        using (var text = new StreamReader(log.Content)) Assert.Contains("Canceled by tester.", await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await platform.CallBackAsync(runs[0], OpsStatus.SUCCESS);
        await platform.EndAsync(runs[0]);

        await platform.WaitsForDeploymentAsync(runs[2]);
        Assert.Equal(Ids(runs[0], runs[2]), platform.Target.Orders.Select(order => DeployId.Parse(order.DeployId)!.PipelineId));
    }

    [Fact]
    public async Task Run_HolderAndNextAreCanceledAtOnce_TheThirdGetsIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 3);

        await Task.WhenAll(platform.CancelAsync(runs[0]), platform.CancelAsync(runs[1]));

        await platform.WaitsForDeploymentAsync(runs[2]);
        Assert.Empty((await platform.EnvironmentAsync(runs[2])).Queue);
    }

    [Fact]
    public async Task Run_TheNextWasLostByTheEngine_IsPassedOver()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 3);

        var owed = await platform.Get<InterruptRun>().RunAsync(runs[1].AppId, runs[1].PipelineId, 1, default);
        Assert.Equal([new OutboxEntry(OutboxKind.WAKE_RUN, runs[1].PipelineId, 1)], owed.Where(debt => debt.Kind == OutboxKind.WAKE_RUN));
        await platform.CancelAsync(runs[0]);

        await platform.WaitsForDeploymentAsync(runs[2]);
        Assert.Equal(WaitKind.RESUME, (await platform.PipelineAsync(runs[1])).WaitingFor!.Kind);
    }

    /// <summary>Rows that nobody should have written: a run in the queue that is over.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_SomebodyWhoIsOverIsStillInLine_IsPassedOverByTheCallOrByWhoeverLooks(bool byCall)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await InLineAsync(platform, 3);
        var gone = await platform.GivenReleaseAsync(await AppOfAsync(platform, runs[0]));
        await platform.Get<PipelineChanges>().ApplyAsync(
            gone.AppId, gone.PipelineId, pipeline => pipeline.Move(PipelineEvent.Cancel, platform.Time.GetUtcNow()), default);
        await ChangeAsync(platform, runs[0], environment => environment with { Queue = [new EnvironmentWaiter(gone.PipelineId, 1, DateTimeOffset.UnixEpoch), .. environment.Queue] });

        await platform.CancelAsync(runs[0], calls: byCall);
        if (!byCall) Assert.Equal(PreparedDeployment.WAITING, await PrepareAsync(platform, runs[2]));

        await platform.WaitsForDeploymentAsync(runs[1]);
        Assert.Equal(Ids(runs[2]), await QueueAsync(platform, runs[0]));
    }

    /// <summary>Whoever joins while the holder leaves sees it leave, or is called by it.</summary>
    [Theory]
    [InlineData("before it is seen")]
    [InlineData("before it has joined")]
    [InlineData("after it has joined")]
    public async Task Prepare_TheHolderLeavesMeanwhile_NoCallIsLost(string when)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await BegunAsync(platform, 2);
        await PrepareAsync(platform, runs[0]);
        string[] words = when == "before it is seen" ? ["GET", AppRows.Environment(AppEnvironment.Production)] : ["$batch", "\\\"requestedAt\\\""];
        if (when == "before it is seen") platform.Restart(); // Who remembers the environment doesn't look.
        if (when != "after it has joined") platform.Tables.Before(() => platform.CancelAsync(runs[0], calls: false), words);

        var prepared = await PrepareAsync(platform, runs[1]);
        if (when == "after it has joined") await platform.CancelAsync(runs[0], calls: false);

        Assert.Equal(0, platform.Tables.ToCome);
        var called = (await platform.DebtsAsync(runs[0].AppId)).Contains(new OutboxEntry(OutboxKind.WAKE_RUN, runs[1].PipelineId, 1));
        Assert.Equal(when == "after it has joined" ? (PreparedDeployment.WAITING, true) : (PreparedDeployment.READY, false), (prepared, called));
    }

    /// <summary>A call that comes while a run looks in vain stays owed.</summary>
    [Fact]
    public async Task Prepare_TheHolderLeavesWhileItLooksInVain_TheCallStaysOwed()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = await BegunAsync(platform, 2);
        await PrepareAsync(platform, runs[0]);
        await PrepareAsync(platform, runs[1]);

        // It has read the lock as held, and is about to find that it has said so already.
        platform.Tables.Before(() => platform.CancelAsync(runs[0], calls: false), "GET", AppRows.Pipeline(runs[0].PipelineId));
        await PrepareAsync(platform, runs[1]);

        var environment = await platform.EnvironmentAsync(runs[1]);
        var called = (await platform.DebtsAsync(runs[0].AppId)).Contains(new OutboxEntry(OutboxKind.WAKE_RUN, runs[1].PipelineId, 1));
        Assert.True(called || environment.IsHeldBy(runs[1].PipelineId, 1));
    }

    /// <summary>Every write of the handover, cut off before and after it.</summary>
    [Fact]
    public async Task Run_ItsProcessDiesAtAnyWriteOfTheHandover_TheNextDeploysOnce()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
            var runs = await InLineAsync(platform, 2);
            platform.Target.First = ScriptedTarget.Up;
            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            try
            {
                await platform.CallBackAsync(runs[0], OpsStatus.SUCCESS);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                // Without an answer the ops system calls again.
                await platform.CallBackAsync(runs[0], OpsStatus.SUCCESS);
            }

            await WaitFor.Async(async () =>
            {
                if ((await platform.Durable.GetInstancesAsync(InstanceIds.ForRun(runs[1])))!.IsCompleted) return true;
                platform.Time.Advance(TimeSpan.FromSeconds(5));
                try
                {
                    await platform.PollAsync();
                    await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
                }
                catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
                {
                    // The timer's next turn makes up for it.
                }

                return false;
            });
            writes.IsArmed = false;
            await SweepAsync(platform);
            await SweepAsync(platform);

            foreach (var run in runs) Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
            Assert.Equal([1L, 2L], platform.Target.Orders.DistinctBy(order => order.DeployId).Select(order => order.Fence));
            Assert.Equal(new AppEnvironment(AppEnvironment.Production, 2, null, null), await platform.EnvironmentAsync(runs[0]));
            await platform.AssertListsAgreeAsync(runs[1]);
            if (!writes.HasDied)
            {
                Assert.True(death >= 24, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static Task<PreparedDeployment> PrepareAsync(TestPlatform platform, RunRequest run) =>
        platform.Get<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), platform.Durable, default);

    private static async Task SweepAsync(TestPlatform platform)
    {
        platform.Time.Advance(TimeSpan.FromSeconds(11));
        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
    }

    /// <summary>Runs of an app that are about to deploy, asked for one second after the other, that no engine carries out.</summary>
    private static async Task<IReadOnlyList<RunRequest>> BegunAsync(TestPlatform platform, int count)
    {
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var i = 0; i < count; i++)
        {
            runs.Add(await platform.GivenPackagedReleaseAsync(app));
            await platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(runs[i], null), platform.Durable, default);
            platform.Time.Advance(TimeSpan.FromSeconds(1));
        }

        return runs;
    }

    /// <summary>Runs of an app of which the first deploys and the others wait, in order.</summary>
    private static async Task<IReadOnlyList<RunRequest>> InLineAsync(TestPlatform platform, int count)
    {
        platform.Target.First = platform.Target.Then = Starting;
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var i = 0; i < count; i++)
        {
            runs.Add(await platform.GivenPackagedReleaseAsync(app));
            await platform.BeginAsync(runs[i]);
            await (i == 0 ? platform.WaitsForDeploymentAsync(runs[i]) : platform.WaitsInLineAsync(runs[i]));
        }

        return runs;
    }

    private static async Task<App> AppOfAsync(TestPlatform platform, RunRequest run) => (await platform.Get<AppStore>().FindAsync(run.AppId, default))!.Value;

    private static async Task ChangeAsync(TestPlatform platform, RunRequest run, Func<AppEnvironment, AppEnvironment> change)
    {
        var key = AppRows.Environment(AppEnvironment.Production);
        var found = (await platform.Get<AppPartition>().FindAsync<AppEnvironment>(run.AppId, key, default))!;
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(run.AppId, [AppPartition.Update(run.AppId, key, found.ETag, change(found.Value))], default));
    }

    private static async Task<IEnumerable<long>> QueueAsync(TestPlatform platform, RunRequest run) =>
        (await platform.EnvironmentAsync(run)).Queue.Select(waiter => waiter.PipelineId);

    private static IEnumerable<long> Ids(params IEnumerable<RunRequest> runs) => runs.Select(run => run.PipelineId);
}
