using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class AdvancePipelineActivityTests
{
    private static readonly StageOutcome Checked = StageOutcome.Success(StageKind.CODE_CHECK, 1, new CodeCheckOutput(new string('a', 40), "v1.0.0"));
    private static readonly StageOutcome Away = StageOutcome.Failed(StageKind.CODE_CHECK, 1, GitErrors.HostUnavailable.With("Away."));
    private static readonly StageOutcome Refused = StageOutcome.Failed(StageKind.CODE_CHECK, 1, GitErrors.TagExists.With("There is one."));

    [Fact]
    public async Task Run_TheFirstStep_BeginsTheRunAndForgetsItsStart()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        Assert.Contains(new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run), await platform.DebtsAsync(run.AppId));

        var step = await AdvanceAsync(platform, run, null);

        Assert.Equal((NextStepKind.RUN_STAGE, StageKind.CODE_CHECK, 1), (step.Kind, step.Stage!.Value, step.Attempt));
        Assert.Equal(PipelineStatus.RUNNING, (await platform.PipelineAsync(run)).Status);
        Assert.DoesNotContain(await platform.DebtsAsync(run.AppId), debt => debt.Kind == OutboxKind.START_RUN);
    }

    [Fact]
    public async Task Run_TheSameOutcomeTwice_AnswersTheSameAndChangesOnce()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);

        foreach (var outcome in new[] { Checked, StageOutcome.Failed(StageKind.BUILD, 1, GitErrors.HostUnavailable.With("Away.")) })
        {
            var once = await AdvanceAsync(platform, run, outcome);
            var rows = await platform.RowsAsync(TableNames.Apps);
            platform.Restart();
            var twice = await AdvanceAsync(platform, run, outcome);

            Assert.Equal(TestPlatform.Text(once), TestPlatform.Text(twice));
            Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        }
    }

    [Fact]
    public async Task Run_TheEndTwice_AnswersTheSameAndChangesOnce()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);

        var once = await AdvanceAsync(platform, run, Refused);
        var rows = await platform.RowsAsync(TableNames.Apps);
        var twice = await AdvanceAsync(platform, run, Refused);

        Assert.Equal((NextStepKind.END, NextStepKind.END), (once.Kind, twice.Kind));
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Run_AnOutcomeOfAnEarlierAttempt_ChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);
        var waits = await AdvanceAsync(platform, run, Away);
        Assert.Equal(NextStepKind.WAIT, waits.Kind);
        platform.Time.Advance(waits.Until!.Value - platform.Time.GetUtcNow());
        Assert.Equal(2, (await AdvanceAsync(platform, run, null)).Attempt);
        var rows = await platform.RowsAsync(TableNames.Apps);

        foreach (var late in new[] { Checked, Refused, Away })
        {
            var step = await AdvanceAsync(platform, run, late);
            Assert.Equal((NextStepKind.RUN_STAGE, 2), (step.Kind, step.Attempt));
        }

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task Run_AnOutcomeOfAnEarlierRun_EndsThatRunAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await BegunAsync(platform);
        await platform.Get<PipelineChanges>().ApplyAsync(run.AppId, run.PipelineId, pipeline => pipeline with { Run = 2 }, default);
        var rows = await platform.RowsAsync(TableNames.Apps);

        foreach (var late in new[] { Checked, Refused, null })
            Assert.Equal(NextStepKind.END, (await AdvanceAsync(platform, run, late)).Kind);

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TheRunEnds_SettlesEverythingThatHangsOnIt(bool succeeds)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await DeployingAsync(platform);

        Assert.Equal(NextStepKind.END, (await AdvanceAsync(platform, run, DeployEnded(run, succeeds))).Kind);

        await AssertSettledAsync(platform, run, succeeds);
        await platform.AssertListsAgreeAsync(run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_SomeoneElseWritesFirst_SettlesNothingByHalves(bool succeeds)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await DeployingAsync(platform);
        IReadOnlyList<string> before = [], after = [];
        platform.Tables.Before(
            async () =>
            {
                await TouchIterationAsync(platform, run);
                before = await platform.RowsAsync(TableNames.Apps);

                // What is read next is read because the commit was refused.
                platform.Tables.Before(async () => after = await platform.RowsAsync(TableNames.Apps), "GET", AppRows.Pipeline(run.PipelineId));
            },
            "$batch", AppRows.Environment(AppEnvironment.Production));

        Assert.Equal(NextStepKind.END, (await AdvanceAsync(platform, run, DeployEnded(run, succeeds))).Kind);

        Assert.NotEmpty(before);
        Assert.Equal(before, after);
        await AssertSettledAsync(platform, run, succeeds);
        Assert.Equal("touched", (await platform.IterationAsync(run)).Name);
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task Run_TheCommitDoesNotGetThrough_ChangesNothingAndSucceedsWhenRepeated()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await DeployingAsync(platform);
        var rows = await platform.RowsAsync(TableNames.Apps);
        platform.Tables.BreakBefore("$batch", AppRows.Environment(AppEnvironment.Production));

        await Assert.ThrowsAnyAsync<Exception>(() => AdvanceAsync(platform, run, DeployEnded(run, succeeds: true)));
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));

        platform.Restart();
        await AdvanceAsync(platform, run, DeployEnded(run, succeeds: true));
        await AssertSettledAsync(platform, run, succeeded: true);
    }

    [Fact]
    public async Task Run_TheCommitsAnswerIsLost_ChangesOnceWhenRepeated()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await DeployingAsync(platform);
        platform.Tables.BreakAfter("$batch", AppRows.Environment(AppEnvironment.Production));

        await Assert.ThrowsAnyAsync<Exception>(() => AdvanceAsync(platform, run, DeployEnded(run, succeeds: true)));
        var rows = await platform.RowsAsync(TableNames.Apps);
        Assert.Equal(NextStepKind.END, (await AdvanceAsync(platform, run, DeployEnded(run, succeeds: true))).Kind);

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        await AssertSettledAsync(platform, run, succeeded: true);
    }

    [Fact]
    public async Task Run_TheEndFindsTheEnvironmentInOtherHands_LeavesItThere()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await DeployingAsync(platform);
        var rows = platform.Get<AppPartition>();
        var held = (await rows.FindAsync<AppEnvironment>(run.AppId, AppRows.Environment(AppEnvironment.Production), default))!;
        await rows.CommitAsync(
            run.AppId,
            [AppPartition.Update(run.AppId, AppRows.Environment(AppEnvironment.Production), held.ETag, held.Value.TakenBy(999, 1))],
            default);

        await AdvanceAsync(platform, run, DeployEnded(run, succeeds: true));

        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 2, 999, 1), await platform.EnvironmentAsync(run));
    }

    private static Task<NextStep> AdvanceAsync(TestPlatform platform, RunRequest run, StageOutcome? outcome) =>
        platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, outcome), null!, default);

    private static async Task<RunRequest> BegunAsync(TestPlatform platform)
    {
        var run = await platform.GivenReleaseAsync();
        await AdvanceAsync(platform, run, null);
        return run;
    }

    private static async Task<RunRequest> DeployingAsync(TestPlatform platform)
    {
        var run = await platform.GivenPackagedReleaseAsync();
        await AdvanceAsync(platform, run, null);
        Assert.Equal(PreparedDeployment.READY, await platform.Get<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY), null!, default));
        Assert.True((await platform.EnvironmentAsync(run)).IsHeldBy(run.PipelineId, run.Run));
        return run;
    }

    private static StageOutcome DeployEnded(RunRequest run, bool succeeds) => succeeds
        ? StageOutcome.Success(StageKind.DEPLOY, 1, new DeployOutput(run.DeployId().ToString(), "http://agent.test")) with
        {
            DeployStatus = DeployStatus.DEPLOY_SUCCESS,
        }
        : StageOutcome.Failed(StageKind.DEPLOY, 1, DeploymentErrors.TimedOut.With("Not up.")) with { DeployStatus = DeployStatus.DEPLOY_TIMEOUT };

    private static async Task TouchIterationAsync(TestPlatform platform, RunRequest run)
    {
        var pipeline = await platform.PipelineAsync(run);
        var found = (await platform.Get<IterationStore>().FindAsync(run.AppId, pipeline.IterationId, default))!;
        var touched = await platform.Get<AppPartition>().CommitAsync(
            run.AppId,
            [AppPartition.Update(run.AppId, AppRows.Iteration(found.Value.Id), found.ETag, found.Value with { Name = "touched" })],
            default);
        Assert.NotNull(touched);
    }

    private static async Task AssertSettledAsync(TestPlatform platform, RunRequest run, bool succeeded)
    {
        var (status, phase, iteration) = succeeded
            ? (PipelineStatus.SUCCESS, PhaseStatus.SUCCESS, IterationStatus.RELEASED)
            : (PipelineStatus.FAILED, PhaseStatus.FAILED, IterationStatus.RELEASING);
        var pipeline = await platform.PipelineAsync(run);
        Assert.Equal((status, succeeded ? DeployStatus.DEPLOY_SUCCESS : DeployStatus.DEPLOY_TIMEOUT), (pipeline.Status, pipeline.DeployStatus));
        Assert.Equal(status, (await platform.ParentAsync(run)).Status);
        var row = await platform.RunRowAsync(run);
        Assert.Equal((status, platform.Time.GetUtcNow()), (row.Status, row.EndedAt));
        var settled = await platform.IterationAsync(run);
        Assert.Equal((iteration, phase), (settled.Status, settled.LatestPhase!.Status));
        Assert.Equal(new AppEnvironment(AppEnvironment.Production, 1, null, null), await platform.EnvironmentAsync(run));
    }
}
