using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Pipelines;

/// <summary>Gates: what a pipeline does that waits for a person, and what happens to it meanwhile.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task Proceed_AtAGate_GoesOnWithoutTheClock()
    {
        LostEvents.SkipTest();
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenAtGateAsync(platform);

        var opened = (await platform.TryProceedAsync(run)).Value;

        Assert.Equal((PipelineStatus.RUNNING, "tester"), (opened.Status, opened[StageKind.BUILD].ProceededBy));
        await Testing.WaitFor.Async(async () => (await platform.PipelineAsync(run))[StageKind.PACKAGE].Status == StageStatus.SUCCESS);
    }

    [Fact]
    public async Task Proceed_TheCallGetsLost_TheSweepCallsAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenAtGateAsync(platform);
        Assert.True((await platform.TryProceedAsync(run, call: false)).Succeeded);
        Assert.Contains(await platform.DebtsAsync(run.AppId), debt => debt.Kind == Storage.OutboxKind.WAKE_RUN);

        await platform.SweepAsync();

        await Testing.WaitFor.Async(async () => (await platform.PipelineAsync(run))[StageKind.PACKAGE].Status == StageStatus.SUCCESS);
        Assert.DoesNotContain(await platform.DebtsAsync(run.AppId), debt => debt.Kind == Storage.OutboxKind.WAKE_RUN);
    }

    [Fact]
    public async Task Proceed_PressedByTwo_IsOneStepAndTwoHonestAnswers()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenAtGateAsync(platform);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => platform.TryProceedAsync(run))));

        Assert.Single(answers, answer => answer.Succeeded);
        Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Equal(PipelineErrors.ProceedNotAllowed, answer.Error!.Code));
    }

    [Fact]
    public async Task Proceed_BeforeTheWaitIsWritten_IsRefusedAndChangesNothing()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        await platform.DriveAsync(run, StageKind.CODE_CHECK, DriveMode.MANUAL);
        Pipeline? before = null;
        platform.Tables.Before(
            async () =>
            {
                before = await platform.PipelineAsync(run);
                Assert.Equal(PipelineErrors.ProceedNotAllowed, (await platform.TryProceedAsync(run)).Error!.Code);
                Assert.Equal(TestPlatform.Text(before), TestPlatform.Text(await platform.PipelineAsync(run)));
            },
            "POST", nameof(WaitKind.GATE));

        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, WaitKind.GATE);

        Assert.NotNull(before);
        Assert.True((await platform.TryProceedAsync(run)).Succeeded);
    }

    [Fact]
    public async Task Restart_WhileWaitingAtAGate_IsRefusedUntilItIsCanceled()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenAtGateAsync(platform);
        Assert.Equal(PipelineErrors.RestartNotAllowed, (await platform.TryRunAgainAsync(run, RunCause.RESTART, StageKind.CODE_CHECK)).Error!.Code);

        Assert.True((await platform.TryCancelAsync(run)).Succeeded);
        await platform.EndAsync(run);
        await platform.RunAgainAsync(run, RunCause.RESTART, StageKind.CODE_CHECK);
        await platform.UntilWaitingAsync(run, WaitKind.GATE);
        Assert.Equal(2, (await platform.PipelineAsync(run)).Run);
    }

    [Fact]
    public async Task Wait_TheProcessRestartsMeanwhile_GoesOnAsIfNothingHadBeen()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenAtGateAsync(platform);
        platform.Restart();
        Assert.True((await platform.TryProceedAsync(run)).Succeeded);
        await Testing.WaitFor.Async(async () => (await platform.PipelineAsync(run))[StageKind.PACKAGE].Status == StageStatus.SUCCESS);
        Assert.Equal(1, platform.Git.TagPushes);
    }

    // CODE_CHECK is done and MANUAL.
    private static async Task<RunRequest> GivenAtGateAsync(TestPlatform platform)
    {
        var run = await platform.GivenReleaseAsync();
        await platform.DriveAsync(run, StageKind.CODE_CHECK, DriveMode.MANUAL);
        await platform.BeginAsync(run);
        await platform.UntilWaitingAsync(run, WaitKind.GATE);
        return run;
    }
}
