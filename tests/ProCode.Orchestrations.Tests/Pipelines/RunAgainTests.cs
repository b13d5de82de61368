using Microsoft.DurableTask.Client;
using ProCode.Deployments;
using ProCode.Images;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class RunAgainTests
{
    [Fact]
    public async Task Retry_AfterAFailure_GoesOnWithTheFailedStageOnly()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await GivenFailedAtPackageAsync(platform);

        var again = await platform.RunAgainAsync(run, RunCause.RETRY);
        Assert.Equal((IterationStatus.RELEASING, PhaseStatus.RUNNING), await PhaseAsync(platform, run));
        var pipeline = await platform.EndAsync(again);

        Assert.Equal((PipelineStatus.SUCCESS, 2), (pipeline.Status, pipeline.Run));
        Assert.Equal(1, platform.Git.TagPushes);
        Assert.Equal((IterationStatus.RELEASED, PhaseStatus.SUCCESS), await PhaseAsync(platform, run));
        Assert.Equal($"deploy-{run.AppId}-{run.PipelineId}-2-1", Assert.Single(platform.Target.Orders).DeployId);
        await platform.AssertListsAgreeAsync(again);
    }

    [Fact]
    public async Task Retry_AfterAFailure_KeepsTheLineage()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await GivenFailedAtPackageAsync(platform);
        await platform.EndAsync(await platform.RunAgainAsync(run, RunCause.RETRY));

        var (_, runs, attempts) = (await platform.Get<PipelineStore>().FindWithRunsAsync(run.PipelineId, default))!.Value;
        Assert.Equal(
            [(1, RunCause.START, PipelineStatus.FAILED, StageKind.CODE_CHECK), (2, RunCause.RETRY, PipelineStatus.SUCCESS, StageKind.PACKAGE)],
            runs.Select(one => (one.Run, one.Cause, one.Status, one.FromStage)));
        Assert.Equal(
            [
                (1, StageKind.CODE_CHECK, 1, StageStatus.SUCCESS), (1, StageKind.BUILD, 1, StageStatus.SUCCESS), (1, StageKind.PACKAGE, 1, StageStatus.FAILED),
                (2, StageKind.PACKAGE, 1, StageStatus.SUCCESS), (2, StageKind.DEPLOY, 1, StageStatus.SUCCESS),
            ],
            attempts.Select(attempt => (attempt.Run, attempt.Stage, attempt.Attempt, attempt.Status)));
        Assert.All(attempts, attempt => Assert.True(attempt.Status == StageStatus.SUCCESS ? attempt.Output is not null : attempt.Failure is not null));
    }

    [Fact]
    public async Task Retry_PressedByTwo_IsOneRunAndTwoHonestAnswers()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await GivenFailedAtPackageAsync(platform);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => platform.TryRunAgainAsync(run, RunCause.RETRY, by: $"person {n}"))));

        Assert.Equal(run with { Run = 2 }, Assert.Single(answers, answer => answer.Succeeded).Value);
        Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Equal(PipelineErrors.RetryNotAllowed, answer.Error!.Code));
        Assert.Contains("person", answers.First(answer => !answer.Succeeded).Error!.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await platform.PipelineAsync(run)).Run);
    }

    [Fact]
    public async Task Retry_RepeatedUnderItsKey_IsAnsweredAsTheFirst()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await GivenFailedAtPackageAsync(platform);
        var first = (await platform.TryRunAgainAsync(run, RunCause.RETRY, key: "key")).Value;
        Assert.Equal(first, (await platform.TryRunAgainAsync(run, RunCause.RETRY, key: "key")).Value);
    }

    /// <summary>What was done once isn't done again because others have done something since.</summary>
    [Fact]
    public async Task Resume_RepeatedUnderItsKeyAfterOtherCommands_ChangesNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();
        Assert.True((await platform.TryCancelAsync(run, key: "cancel")).Succeeded);
        Assert.Equal(2, (await platform.TryRunAgainAsync(run, RunCause.RESUME, key: "resume")).Value.Run);

        Assert.Equal((PipelineStatus.RUNNING, 2), Stand((await platform.TryCancelAsync(run, key: "cancel")).Value));
        Assert.True((await platform.TryCancelAsync(run, key: "another")).Succeeded);
        Assert.Equal(2, (await platform.TryRunAgainAsync(run, RunCause.RESUME, key: "resume")).Value.Run);
        Assert.Equal((PipelineStatus.CANCELED, 2), Stand(await platform.PipelineAsync(run)));

        static (PipelineStatus, int) Stand(Pipeline pipeline) => (pipeline.Status, pipeline.Run);
    }

    [Fact]
    public async Task Restart_WithInput_GivesItToThatStage()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        var run = await platform.GivenReleaseAsync();
        Assert.Equal(PipelineStatus.FAILED, (await platform.CarryOutAsync(run)).Status);
        platform.Target.First = ScriptedTarget.Up;

        var input = new StageInput.Deploy(new Dictionary<string, string> { ["LOG_LEVEL"] = "debug" }, Memory: "2Gi");
        var pipeline = await platform.EndAsync(await platform.RunAgainAsync(run, RunCause.RESTART, StageKind.DEPLOY, input));

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        var order = platform.Target.Orders.Last();
        Assert.Equal(("debug", "2Gi", "1"), (order.Config.Env["LOG_LEVEL"], order.Config.Memory, order.Config.Cpu));
    }

    [Fact]
    public async Task RunAgain_TheIterationHasGoneOn_IsRefused()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();
        await platform.CarryOutAsync(run);
        var before = await platform.RowsAsync(TableNames.Apps);

        var answer = await platform.TryRunAgainAsync(run, RunCause.RESTART, StageKind.DEPLOY);

        Assert.Equal(IterationErrors.CannotAdvance, answer.Error!.Code);
        Assert.Equal(before, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Resume_ALostRun_GoesOnAfterTheLastCheckpoint()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, null), null!, default); // Begun, and the engine has never heard of it.

        await platform.SweepLostRunsAsync();

        var lost = await platform.PipelineAsync(run);
        Assert.Equal((PipelineStatus.PAUSED, WaitKind.RESUME), (lost.Status, lost.WaitingFor!.Kind));
        Assert.Equal(PhaseStatus.FAILED, (await PhaseAsync(platform, run)).Item2);
        var pipeline = await platform.EndAsync(await platform.RunAgainAsync(run, RunCause.RESUME));
        Assert.Equal((PipelineStatus.SUCCESS, 2), (pipeline.Status, pipeline.Run));
        Assert.Single(platform.Target.Orders);
        await platform.SweepLostRunsAsync();
        await platform.AssertListsAgreeAsync(run);
        Assert.Empty(await platform.RowsAsync(TableNames.Runs));
    }

    /// <summary>Nobody hears the outcome any more; left alone it would sleep until its time is up.</summary>
    [Theory]
    [InlineData(WaitKind.LOCK)]
    [InlineData(WaitKind.DEPLOYMENT)]
    public async Task LostRunSweep_WhatTheRunWaitedInIsStillThere_EndsAtOnce(WaitKind kind)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = platform.Target.Then = new DeploymentState(OpsStatus.RUNNING, "starting", null);
        var app = await platform.GivenAppAsync();
        var runs = new List<RunRequest>();
        for (var i = 0; i < (kind == WaitKind.LOCK ? 2 : 1); i++)
        {
            runs.Add(await platform.GivenPackagedReleaseAsync(app));
            await platform.BeginAsync(runs[i]);
            await (i == 0 ? platform.WaitsForDeploymentAsync(runs[i]) : platform.WaitsInLineAsync(runs[i]));
        }

        var lost = runs[^1];
        await platform.Durable.TerminateInstanceAsync(InstanceIds.ForRun(lost));
        await platform.SweepLostRunsAsync();

        using var deadline = new CancellationTokenSource(Testing.WaitFor.Deadline);
        var waited = kind == WaitKind.LOCK ? InstanceIds.ForOrder(lost.DeployId()) : InstanceIds.ForDeployment(lost.DeployId());
        var ended = await platform.Durable.WaitForInstanceCompletionAsync(waited, getInputsAndOutputs: true, deadline.Token);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        if (kind == WaitKind.LOCK) Assert.False(ended.ReadOutputAs<bool>());
        else Assert.Equal(OpsStatus.FAILED, ended.ReadOutputAs<DeploymentProgress>()!.Status);
        Assert.Equal(WaitKind.RESUME, (await platform.PipelineAsync(lost)).WaitingFor!.Kind);
        await platform.SweepAsync();
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task LostRunSweep_ARunThatWaitsOrIsOwedItsStart_IsLeftAlone()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var owed = await platform.GivenReleaseAsync();
        var waits = await platform.GivenReleaseAsync();
        await platform.DriveAsync(waits, StageKind.CODE_CHECK, DriveMode.MANUAL);
        await platform.BeginAsync(waits);
        await platform.UntilWaitingAsync(waits, WaitKind.GATE);

        await platform.SweepLostRunsAsync();

        Assert.Equal(PipelineStatus.PENDING, (await platform.PipelineAsync(owed)).Status);
        Assert.Equal(WaitKind.GATE, (await platform.PipelineAsync(waits)).WaitingFor!.Kind);
        Assert.Equal(2, (await platform.RowsAsync(TableNames.Runs)).Count);
    }

    /// <summary>The engine had not heard of it when it was asked, and has begun it since.</summary>
    [Fact]
    public async Task LostRunSweep_TheRunBeginsMeanwhile_IsLeftAlone()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        await platform.DriveAsync(run, StageKind.CODE_CHECK, DriveMode.MANUAL);
        platform.Tables.Before(
            async () =>
            {
                await platform.BeginAsync(run);
                await platform.UntilWaitingAsync(run, WaitKind.GATE);
            },
            "GET", AppRows.Outbox(new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run)));

        await platform.SweepLostRunsAsync();

        Assert.Equal((0, WaitKind.GATE), (platform.Tables.ToCome, (await platform.PipelineAsync(run)).WaitingFor!.Kind));
    }

    /// <summary>A slow storage may take longer for a new pipeline than the sweep has patience with runs.</summary>
    [Fact]
    public async Task LostRunSweep_ARunThatIsAnnouncedAndNotYetWritten_IsLookedForAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var written = await platform.PipelineAsync(await platform.GivenReleaseAsync());
        await platform.Get<ActiveRuns>().AddAsync(written with { Id = written.Id + 1000 }, default);

        await platform.SweepLostRunsAsync();
        Assert.Equal(2, (await platform.RowsAsync(TableNames.Runs)).Count);
        platform.Time.Advance(TimeSpan.FromHours(1));
        await platform.SweepLostRunsAsync();
        Assert.Single(await platform.RowsAsync(TableNames.Runs));
    }

    [Fact]
    public async Task LostRunSweep_ALockAndALineThatDontAgree_AreMended()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();
        var pipeline = await platform.CarryOutAsync(run);
        var environment = (await platform.Get<AppPartition>().FindAsync<AppEnvironment>(run.AppId, AppRows.Environment("production"), default))!;
        await platform.Get<AppPartition>().CommitAsync(
            run.AppId, [AppPartition.Update(run.AppId, AppRows.Environment("production"), environment.ETag, environment.Value.TakenBy(run.PipelineId, run.Run))], default);
        var listings = await platform.Get<Tables>().GetAsync(TableNames.Listings, default);
        await listings.DeleteEntityAsync($"project-{pipeline.ProjectId}-pipelines", InvertedId.Of(pipeline.Id));

        await platform.SweepLostRunsAsync();

        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
        await platform.AssertListsAgreeAsync(run);
    }

    /// <summary>Every write of the request and of its run, cut off before and after it.</summary>
    [Fact]
    public async Task Retry_ItsProcessDiesAtAnyWrite_EndsOnce()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync();
            var run = await GivenFailedAtPackageAsync(platform);
            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            RunRequest again;
            try
            {
                again = (await platform.TryRunAgainAsync(run, RunCause.RETRY, key: "key")).Value;
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                again = (await platform.TryRunAgainAsync(run, RunCause.RETRY, key: "key")).Value;
            }

            var pipeline = await platform.CarryOutAsync(again);
            writes.IsArmed = false;
            await platform.SweepAsync();

            Assert.Equal((PipelineStatus.SUCCESS, 2), (pipeline.Status, pipeline.Run));
            Assert.Single(platform.Target.Orders.DistinctBy(order => order.DeployId));
            Assert.Equal((IterationStatus.RELEASED, PhaseStatus.SUCCESS), await PhaseAsync(platform, run));
            await platform.AssertListsAgreeAsync(again);
            if (!writes.HasDied)
            {
                Assert.True(death >= 20, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static async Task<RunRequest> GivenFailedAtPackageAsync(TestPlatform platform)
    {
        platform.Images.Troubles.Enqueue(() => ImageErrors.BaseImageMissing.With("There is none."));
        var run = await platform.GivenReleaseAsync();
        Assert.Equal((PipelineStatus.FAILED, "PACKAGE"), (await platform.CarryOutAsync(run) is var failed ? failed.Status : default, failed.CurrentStage));
        return run;
    }

    private static async Task<(IterationStatus, PhaseStatus)> PhaseAsync(TestPlatform platform, RunRequest run)
    {
        var iteration = await platform.IterationAsync(run);
        return (iteration.Status, iteration.LatestPhase!.Status);
    }
}
