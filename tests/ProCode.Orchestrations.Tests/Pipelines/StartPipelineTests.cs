using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Tests.Deployments;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class StartPipelineTests
{
    private static readonly DeploymentState Never = new(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);

    [Fact]
    public async Task RunAsync_AfterAFailedRelease_CarriesTheSameTagAndCommitOutAnew()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = Never;
        var (iteration, commit) = (await platform.GivenIterationAsync(), platform.Git.Head);
        var failed = await platform.PassAsync(iteration, PhaseType.RELEASE);
        platform.Git.Head = new string('b', 40);
        platform.Target.First = ScriptedTarget.Up;

        var made = (await platform.TryStartAsync(iteration)).Value.Pipeline;

        var phase = (await platform.ReadAsync(iteration)).LatestPhase!;
        Assert.Equal((made.Id, PhaseStatus.RUNNING, null), (phase.PipelineId, phase.Status, phase.EndedAt));
        Assert.Equal((failed.RefId, failed.ParentId, "v1.0.0", commit), (made.RefId, made.ParentId, made.Tag, made.CommitId));
        Assert.Equal((PipelineStatus.RUNNING, made.Id), ((await platform.SpanAsync(iteration)).Status, (await platform.SpanAsync(iteration)).IterationStages[^1].PipelineId!.Value));

        var ended = await platform.CarryOutAsync(made.RunOf());
        Assert.Equal((PipelineStatus.SUCCESS, commit), (ended.Status, platform.Git.Tags["v1.0.0"]));
        Assert.Equal(IterationStatus.RELEASED, (await platform.ReadAsync(iteration)).Status);
        Assert.Equal(TestPlatform.Text(failed), TestPlatform.Text(await platform.PipelineAsync(failed.RunOf())));
        var listed = await platform.Get<PipelineStore>().ListAsync(new PipelineFilter(1, IterationId: iteration.Id, Type: PipelineType.PHASE), 10, null, default);
        Assert.Equal([made.Id, failed.Id], listed.Value.Items.Select(pipeline => pipeline.Id));
        await platform.AssertListsAgreeAsync(ended.RunOf());
    }

    [Fact]
    public async Task RunAsync_AfterASuccess_TestsTheSameCommitOnItsBranchAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        var iteration = await platform.GivenIterationAsync();
        var first = await platform.PassAsync(iteration, PhaseType.TESTING);
        platform.Git.Head = new string('b', 40);

        var second = await platform.CarryOutAsync((await platform.TryStartAsync(iteration, first.RefId)).Value.Pipeline.RunOf());

        Assert.Equal((PipelineStatus.SUCCESS, first.CommitId, first.TestBranch), (second.Status, second.CommitId, second.TestBranch));
        Assert.Equal((PipelineStatus.PAUSED, second.Id), ((await platform.SpanAsync(iteration)).Status, (await platform.ReadAsync(iteration)).LatestPhase!.PipelineId));
    }

    [Fact]
    public async Task RunAsync_TheEarlierPipelineIsAskedToRunAgain_IsRefused()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = Never;
        var iteration = await platform.GivenIterationAsync();
        var failed = await platform.PassAsync(iteration, PhaseType.TESTING);
        var made = (await platform.TryStartAsync(iteration)).Value.Pipeline;

        var refused = (await platform.TryRetryAsync(failed.Id)).Error!;

        Assert.Equal(IterationErrors.CannotAdvance, refused.Code);
        Assert.Contains($"{made.Id}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TheSameRequestAgain_IsOnePipelineHoweverItEnded()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = Never;
        var iteration = await platform.GivenIterationAsync();
        var failed = await platform.PassAsync(iteration, PhaseType.TESTING);
        platform.Tables.BreakAfter("$batch", "START_RUN");
        await Assert.ThrowsAnyAsync<Exception>(() => platform.TryStartAsync(iteration, key: "key"));

        var again = (await platform.TryStartAsync(iteration, key: "key")).Value.Pipeline;

        Assert.Equal(again.Id, (await platform.ReadAsync(iteration)).LatestPhase!.PipelineId);
        Assert.NotEqual(failed.Id, again.Id);
        Assert.Equal(IterationErrors.CannotAdvance, (await platform.TryStartAsync(iteration, key: "another")).Error!.Code);
    }

    [Fact]
    public async Task RunAsync_TheEntryIsRepeatedAfterwards_AnswersWithThePipelineItWasEnteredWith()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = Never;
        var iteration = await platform.GivenIterationAsync();
        var first = (await EnterAsync()).Value;
        await platform.CarryOutAsync(first.RunOf());
        await platform.TryStartAsync(iteration);

        Assert.Equal(first, (await EnterAsync()).Value);

        Task<ProCode.Results.Result<PhaseEntry>> EnterAsync() =>
            platform.RequestAsync<EnterPhase, PhaseEntry>(enter => enter.RunAsync(iteration.To(PhaseType.TESTING), default), "key");
    }

    [Fact]
    public async Task RunAsync_TenAtOnce_OneWins()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = Never;
        var iteration = await platform.GivenIterationAsync();
        await platform.PassAsync(iteration, PhaseType.TESTING);

        var asked = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => platform.TryStartAsync(iteration))));

        var winner = Assert.Single(asked, result => result.Succeeded).Value.Pipeline;
        Assert.All(asked.Where(result => !result.Succeeded), result => Assert.Equal(IterationErrors.CannotAdvance, result.Error!.Code));
        Assert.Equal(winner.Id, Assert.Single((await platform.ReadAsync(iteration)).Phases).PipelineId);
    }

    public static TheoryData<string, string> Refusals() => new()
    {
        { "no such iteration", "ERR_404_001" },
        { "no phase yet", IterationErrors.PreconditionFailed.Name },
        { "no such phase", IterationErrors.PhaseInvalid.Name },
        { "it runs", IterationErrors.CannotAdvance.Name },
        { "it was lost", IterationErrors.CannotAdvance.Name },
        { "closed", IterationErrors.CannotAdvance.Name },
        { "archived", AppErrors.Archived.Name },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RunAsync_Refused_ChangesNothing(string why, string error)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        if (why != "no phase yet")
        {
            var run = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value.RunOf();
            if (why == "it was lost") await platform.Get<InterruptRun>().RunAsync(run.AppId, run.PipelineId, run.Run, default);
            if (why is "closed" or "archived")
                await platform.RequestAsync<CancelPipeline, Cancellation>(cancel => cancel.RunAsync(run.PipelineId, "tester", default));
        }

        if (why == "closed") Assert.True((await platform.TryCloseAsync(iteration)).Succeeded);
        if (why == "archived") Assert.True((await platform.Get<AppArchiving>().RunAsync(iteration.AppId, default)).Succeeded);
        var before = await platform.AllRowsAsync();

        var refused = await platform.TryStartAsync(why == "no such iteration" ? iteration with { Id = 999 } : iteration, why == "no such phase" ? 999 : null);

        Assert.Equal(error, refused.Error!.Code.Name);
        Assert.Equal(before, await platform.AllRowsAsync());
    }

    /// <summary>Every write of the request, cut off before and after it.</summary>
    [Fact]
    public async Task RunAsync_ItsProcessDiesAtAnyWrite_IsOnePipeline()
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = TestPlatform.WithoutEngine();
            var iteration = await platform.GivenIterationAsync();
            var run = (await platform.TryEnterAsync(iteration.To(PhaseType.TESTING))).Value.RunOf();
            await platform.RequestAsync<CancelPipeline, Cancellation>(cancel => cancel.RunAsync(run.PipelineId, "tester", default));

            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            ProCode.Results.Result<StartedPipeline> made;
            try
            {
                made = await platform.TryStartAsync(iteration, key: "key");
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                made = await platform.TryStartAsync(iteration, key: "key");
            }

            writes.IsArmed = false;
            var pipeline = made.Value.Pipeline;
            Assert.Equal((pipeline.Id, PhaseStatus.RUNNING), ((await platform.ReadAsync(iteration)).LatestPhase!.PipelineId, (await platform.ReadAsync(iteration)).LatestPhase!.Status));
            Assert.Equal(PipelineStatus.RUNNING, (await platform.SpanAsync(iteration)).Status);
            Assert.Contains(new OutboxEntry(OutboxKind.START_RUN, pipeline.Id, 1), await platform.DebtsAsync(iteration.AppId));
            var listed = await platform.Get<PipelineStore>().ListAsync(new PipelineFilter(1, IterationId: iteration.Id, Type: PipelineType.PHASE), 10, null, default);
            Assert.Equal([pipeline.Id, run.PipelineId], listed.Value.Items.Select(one => one.Id));
            if (!writes.HasDied)
            {
                Assert.True(death >= 8, $"only {death / 2} writes");
                return;
            }
        }
    }
}
