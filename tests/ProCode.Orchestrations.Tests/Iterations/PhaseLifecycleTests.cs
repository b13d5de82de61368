using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Iterations;

public sealed class PhaseLifecycleTests
{
    private static readonly string Later = new('b', 40);

    [Fact]
    public async Task Enter_TheFullWay_TestsStagesAndReleases()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (iteration, first) = (await platform.GivenIterationAsync(), platform.Git.Head);

        var tested = await platform.PassAsync(iteration, PhaseType.TESTING);
        var branch = $"test/iteration-{iteration.Id}";
        Assert.Equal((PipelineStatus.SUCCESS, AppEnvironment.Testing, first), (tested.Status, tested.Environment, platform.Git.Branches[branch]));
        Assert.Equal(new CodeCheckOutput(first, null, branch), tested.OutputOf<CodeCheckOutput>(StageKind.CODE_CHECK));
        Assert.EndsWith($":testing-{first[..12]}", tested.OutputOf<PackageOutput>(StageKind.PACKAGE).Image, StringComparison.Ordinal);
        Assert.Equal((IterationStatus.TESTING, PipelineStatus.PAUSED), ((await platform.ReadAsync(iteration)).Status, (await platform.SpanAsync(iteration)).Status));
        Assert.Equal("SUCCESS PENDING PENDING", await platform.StagesAsync(iteration));

        platform.Git.Head = Later;
        var staged = await platform.PassAsync(iteration, PhaseType.STAGING);
        Assert.Equal((PipelineStatus.SUCCESS, AppEnvironment.Staging, Later), (staged.Status, staged.Environment, staged.CommitId));
        Assert.Equal((first, 0), (platform.Git.Branches[branch], platform.Git.Tags.Count));

        var released = await platform.PassAsync(iteration, PhaseType.RELEASE);
        Assert.Equal((PipelineStatus.SUCCESS, AppEnvironment.Production, Later), (released.Status, released.Environment, platform.Git.Tags["v1.0.0"]));
        Assert.Equal(["testing", "staging", "production"], platform.Target.Orders.Select(order => order.Environment));
        Assert.Equal((IterationStatus.RELEASED, PipelineStatus.SUCCESS), ((await platform.ReadAsync(iteration)).Status, (await platform.SpanAsync(iteration)).Status));
        Assert.Equal("SUCCESS SUCCESS SUCCESS", await platform.StagesAsync(iteration));
        Assert.Single(new[] { tested, staged, released }.Select(pipeline => pipeline.ParentId).Distinct());
        await platform.AssertIterationEndedAsync(iteration.AppId, tested.ParentId!.Value);
        await platform.AssertListsAgreeAsync(released.RunOf());
    }

    [Fact]
    public async Task Enter_AfterAFailedPhase_IsRefusedUntilItsRetrySucceeds()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        var failed = await platform.PassAsync(iteration, PhaseType.TESTING);
        Assert.Equal((PipelineStatus.FAILED, PipelineStatus.FAILED), (failed.Status, (await platform.SpanAsync(iteration)).Status));
        Assert.Equal(IterationErrors.PreconditionFailed, (await platform.TryEnterAsync(iteration.To(PhaseType.STAGING))).Error!.Code);
        await platform.SetAsync(iteration, new AppSettings { AllowSkippingPhases = true });
        Assert.Equal(IterationErrors.PreconditionFailed, (await platform.TryEnterAsync(iteration.To(PhaseType.RELEASE))).Error!.Code);

        platform.Target.First = ScriptedTarget.Up;
        var again = (await platform.TryRetryAsync(failed.Id)).Value;
        Assert.Equal((PipelineStatus.RUNNING, "RUNNING PENDING PENDING"), ((await platform.SpanAsync(iteration)).Status, await platform.StagesAsync(iteration)));
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(again.RunOf())).Status);

        Assert.Equal("SUCCESS PENDING PENDING", await platform.StagesAsync(iteration));
        Assert.True((await platform.TryEnterAsync(iteration.To(PhaseType.STAGING))).Succeeded);
    }

    [Fact]
    public async Task Enter_ReleaseFromTesting_TakesTheAppsLeave()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        await platform.PassAsync(iteration, PhaseType.TESTING);
        var before = TestPlatform.Text(await platform.ReadAsync(iteration));

        var refused = (await platform.TryEnterAsync(iteration.To(PhaseType.RELEASE))).Error!;
        Assert.Equal(IterationErrors.PreconditionFailed, refused.Code);
        Assert.Contains("allowSkippingPhases", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, TestPlatform.Text(await platform.ReadAsync(iteration)));

        await platform.SetAsync(iteration, new AppSettings { AllowSkippingPhases = true });
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.PassAsync(iteration, PhaseType.RELEASE)).Status);
        Assert.Equal("SUCCESS SKIPPED SUCCESS", await platform.StagesAsync(iteration));
    }

    [Fact]
    public async Task Enter_TestingWithATestBranchOnAnotherCommit_IsRefusedAndTheBranchStays()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        await platform.SetAsync(iteration, new AppSettings { TestBranchPattern = "qa/{name}/{iteration}" });
        var branch = $"qa/spring/{iteration.Id}";
        platform.Git.Branches[branch] = Later;

        Assert.Equal(GitErrors.BranchExists, (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Error!.Code);
        Assert.Equal((Later, 0), (platform.Git.Branches[branch], (await platform.ReadAsync(iteration)).Phases.Count));

        platform.Git.Branches[branch] = platform.Git.Head;
        Assert.True((await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Succeeded);
    }

    [Fact]
    public async Task Enter_SomebodyTakesTheTestBranchMeanwhile_FailsAtCodeCheckAndCanBeRetried()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        var branch = $"test/iteration-{iteration.Id}";
        var run = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value.RunOf();
        platform.Git.Branches[branch] = Later;

        var failed = await platform.CarryOutAsync(run);
        Assert.Equal((PipelineStatus.FAILED, GitErrors.BranchExists.Name), (failed.Status, failed[StageKind.CODE_CHECK].Failure!.Error));
        Assert.Equal(Later, platform.Git.Branches[branch]);

        platform.Git.Branches.TryRemove(branch, out _);
        var again = await platform.CarryOutAsync((await platform.TryRetryAsync(failed.Id)).Value.RunOf());
        Assert.Equal((PipelineStatus.SUCCESS, platform.Git.Head), (again.Status, platform.Git.Branches[branch]));
    }

    [Fact]
    public async Task Enter_TheSourceBranchMovesBetweenAttempts_StillTestsTheFirstCommit()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (iteration, first) = (await platform.GivenIterationAsync(), platform.Git.Head);
        platform.Git.BranchTroubles.Enqueue(() =>
        {
            platform.Git.Head = Later;
            return GitErrors.HostUnavailable.With("Away.");
        });

        var pipeline = await platform.PassAsync(iteration, PhaseType.TESTING);

        Assert.Equal((PipelineStatus.SUCCESS, first, first), (pipeline.Status, pipeline.CommitId, platform.Git.Branches[$"test/iteration-{iteration.Id}"]));
    }

    [Fact]
    public async Task Enter_TheSamePhaseManyTimesAtOnce_OneWins()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();

        var asked = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => platform.TryEnterAsync(iteration.To(i % 2 == 0 ? PhaseType.TESTING : PhaseType.RELEASE)))));

        var winner = Assert.Single(asked, result => result.Succeeded).Value;
        Assert.All(asked.Where(result => !result.Succeeded), result => Assert.Equal(IterationErrors.CannotAdvance, result.Error!.Code));
        Assert.Equal(winner.PipelineId, Assert.Single((await platform.ReadAsync(iteration)).Phases).PipelineId);
    }

    /// <summary>Every write of an entry, of its run and of its ITERATION pipeline, cut off before and after it.</summary>
    [Fact]
    public async Task Enter_ItsProcessDiesAtAnyWrite_IsTestedOnce()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync();
            var iteration = await platform.GivenIterationAsync();
            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            PhaseEntry entry;
            try
            {
                entry = await AskAsync(platform, iteration);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                entry = await AskAsync(platform, iteration);
            }

            var pipeline = await platform.CarryOutAsync(entry.RunOf());
            writes.IsArmed = false;

            // The call to the ITERATION pipeline is still owed, as after a death before it: the sweep makes it.
            platform.Time.Advance(TimeSpan.FromSeconds(11));
            await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
            await ProCode.Testing.WaitFor.Async(async () => !await platform.Get<Outbox>().OwesAsync(
                iteration.AppId, new OutboxEntry(OutboxKind.WAKE_ITERATION, entry.ParentId), default));

            Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
            Assert.Equal(entry.PipelineId, Assert.Single((await platform.ReadAsync(iteration)).Phases).PipelineId);
            Assert.Single(platform.Target.Orders.DistinctBy(order => order.DeployId));
            Assert.Equal((PipelineStatus.PAUSED, "SUCCESS PENDING PENDING"), ((await platform.SpanAsync(iteration)).Status, await platform.StagesAsync(iteration)));
            await platform.AssertListsAgreeAsync(pipeline.RunOf());
            if (!writes.HasDied)
            {
                Assert.True(death >= 20, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static async Task<PhaseEntry> AskAsync(TestPlatform platform, Iteration iteration) =>
        (await platform.RequestAsync<EnterPhase, PhaseEntry>(enter => enter.RunAsync(iteration.To(PhaseType.TESTING), default), "key")).Value;
}
