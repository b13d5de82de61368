using ProCode.Apps;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class ChangeStageConfigsTests
{
    private static readonly StageConfigChange Manual = new(DriveMode: DriveMode.MANUAL);

    [Fact]
    public async Task RunAsync_TheGateBeforeDeployIsTakenAway_TheRunGoesOn()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await AtGateAsync(platform, StageKind.DEPLOY);

        var changed = (await ChangeAsync(platform, run, StageKind.DEPLOY, new StageConfigChange(DriveMode: DriveMode.ASYNC))).Value;
        await platform.Get<RunCalls>().PayAsync(platform.Durable, run.AppId, changed.Debts, default);

        var ended = await platform.EndAsync(run);
        Assert.Equal((PipelineStatus.SUCCESS, null), (ended.Status, ended[StageKind.DEPLOY].ProceededBy));
        Assert.Equal((CommandKind.CONFIGURE, "tester"), (ended.LastCommand!.Kind, ended.LastCommand.By));
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task RunAsync_TheCallToTheRunIsLost_TheSweepMakesItAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await AtGateAsync(platform, StageKind.DEPLOY);
        await ChangeAsync(platform, run, StageKind.DEPLOY, new StageConfigChange(DriveMode: DriveMode.ASYNC));

        platform.Restart();
        platform.Time.Advance(TimeSpan.FromSeconds(11));
        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);

        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        await platform.AssertListsAgreeAsync(run);
    }

    /// <summary>The list shows the configs as well.</summary>
    [Fact]
    public async Task RunAsync_NothingElseHappens_TheListShowsItAfterTheSweep()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        await platform.Get<Outbox>().PayAsync(run.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, run.PipelineId), default);
        await ChangeAsync(platform, run, StageKind.PACKAGE, Manual);

        await platform.Get<Outbox>().PayAsync(run.AppId, Assert.Single(await platform.DebtsAsync(run.AppId), debt => debt == new OutboxEntry(OutboxKind.LIST_PIPELINE, run.PipelineId)), default);

        await platform.AssertListedAsync(await platform.PipelineAsync(run));
    }

    [Fact]
    public async Task RunAsync_AStageThatHoldsThePipelineBehindIt_IsFixedAndLeftByAPerson()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await AtGateAsync(platform, StageKind.BUILD);

        var refused = (await ChangeAsync(platform, run, StageKind.BUILD, new StageConfigChange(DriveMode: DriveMode.AUTO))).Error!;
        Assert.Equal((PipelineErrors.StageConfigFixed, "stageConfigs.BUILD"), (refused.Code, Assert.Single(refused.Details).Field));

        var opened = (await platform.RequestAsync<ProceedPipeline, Pipeline>(proceed => proceed.RunAsync(run.PipelineId, "tester", default))).Value;
        Assert.Equal("tester", opened[StageKind.PACKAGE].ProceededBy);
        await platform.Get<RunCalls>().PayAsync(platform.Durable, run.AppId, [new OutboxEntry(OutboxKind.WAKE_RUN, run.PipelineId, run.Run)], default);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
    }

    [Fact]
    public async Task RunAsync_AStageThatIsStillToCome_IsDrivenByTheChange()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();

        var changed = (await ChangeAsync(platform, run, StageKind.CODE_CHECK, Manual with { MaxManualRetries = 3 })).Value;

        Assert.Equal((DriveMode.MANUAL, RetryMode.AUTO, 3), (changed.Pipeline.StageConfigs[StageKind.CODE_CHECK].DriveMode, changed.Pipeline.StageConfigs[StageKind.CODE_CHECK].RetryMode, changed.Pipeline.StageConfigs[StageKind.CODE_CHECK].MaxManualRetries));
        Assert.Empty(changed.Debts);
        await platform.BeginAsync(run);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).WaitingFor is { Kind: WaitKind.GATE });
        Assert.Equal(StageStatus.SUCCESS, (await platform.PipelineAsync(run))[StageKind.CODE_CHECK].Status);
    }

    [Fact]
    public async Task RunAsync_WhatIsSoAlready_ChangesNothingEvenWhereItIsFixed()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await AtGateAsync(platform, StageKind.DEPLOY);
        var rows = await platform.RowsAsync(TableNames.Apps);

        Assert.True((await ChangeAsync(platform, run, StageKind.BUILD, new StageConfigChange(DriveMode: DriveMode.AUTO, MaxRetries: 2))).Succeeded);

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_AnIterationPipeline_IsRefused()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        var parent = await platform.ParentAsync(run);
        Assert.Equal(PipelineErrors.StageConfigFixed, (await ChangeAsync(platform, run with { PipelineId = parent.Id }, StageKind.BUILD, Manual)).Error!.Code);
    }

    [Fact]
    public async Task Enter_WithStageConfigs_ChangesTheAppsOwnInThisPipelineOnly()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        await platform.SetAsync(iteration, new AppSettings { StageConfigs = new Dictionary<string, StageConfigChange> { ["BUILD"] = new(MaxRetries: 7) } });

        var order = iteration.To(PhaseType.TESTING) with { StageConfigs = new Dictionary<StageKind, StageConfigChange> { [StageKind.BUILD] = Manual } };
        var pipeline = await platform.PipelineAsync((await platform.TryEnterAsync(order)).Value.RunOf());

        Assert.Equal((DriveMode.MANUAL, 7), (pipeline.StageConfigs[StageKind.BUILD].DriveMode, pipeline.StageConfigs[StageKind.BUILD].MaxRetries));
        Assert.Equal(DriveMode.AUTO, pipeline.StageConfigs[StageKind.PACKAGE].DriveMode);
    }

    private static async Task<RunRequest> AtGateAsync(TestPlatform platform, StageKind manual)
    {
        platform.Target.First = ScriptedTarget.Up;
        var iteration = await platform.GivenIterationAsync();
        var order = iteration.To(PhaseType.RELEASE) with { StageConfigs = new Dictionary<StageKind, StageConfigChange> { [manual] = Manual } };
        var run = (await platform.TryEnterAsync(order)).Value.RunOf();
        await platform.BeginAsync(run);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).WaitingFor is { Kind: WaitKind.GATE });
        return run;
    }

    private static Task<Result<ChangedConfigs>> ChangeAsync(TestPlatform platform, RunRequest run, StageKind stage, StageConfigChange change) =>
        platform.RequestAsync<ChangeStageConfigs, ChangedConfigs>(configs => configs.RunAsync(
            run.PipelineId, new Dictionary<StageKind, StageConfigChange> { [stage] = change }, "tester", _ => null, default));
}
