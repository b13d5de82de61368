using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class DebtSweepTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(11);

    [Fact]
    public async Task RunAsync_TheProcessDiedBeforeListing_RepairsTheList()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        await AdvanceAsync(platform, run, null);
        platform.Tables.BreakBefore("PUT", TableNames.Listings, "-pipelines");
        await Assert.ThrowsAnyAsync<Exception>(() => AdvanceAsync(platform, run, Refused()));
        Assert.Equal(PipelineStatus.FAILED, (await platform.PipelineAsync(run)).Status);
        Assert.NotEmpty(await platform.DebtsAsync(run.AppId));

        platform.Restart();
        platform.Time.Advance(Grace);
        await SweepAsync(platform);

        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task RunAsync_TheProcessDiedBetweenListingAndForgetting_PaysAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        await AdvanceAsync(platform, run, null);
        platform.Tables.BreakBefore("DELETE", "outbox-LIST_PIPELINE");
        await Assert.ThrowsAnyAsync<Exception>(() => AdvanceAsync(platform, run, Refused()));

        platform.Time.Advance(Grace);
        await SweepAsync(platform);

        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task RunAsync_AYoungDebt_IsLeftToWhoeverIncurredIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenReleaseAsync();
        var debts = await platform.DebtsAsync(run.AppId);

        await SweepAsync(platform);

        Assert.Equal(debts, await platform.DebtsAsync(run.AppId));
        Assert.Null(await platform.Durable.GetInstancesAsync(InstanceIds.ForRun(run)));
    }

    [Fact]
    public async Task RunAsync_TheReleaseDiedBeforeItsStart_StartsTheRun()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenReleaseAsync();

        platform.Restart();
        platform.Time.Advance(Grace);
        await SweepAsync(platform);

        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task RunAsync_SeveralSweepsAtOnce_StartOneRun()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenReleaseAsync();
        platform.Time.Advance(Grace);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SweepAsync(platform)));
        var ended = await platform.EndAsync(run);
        await SweepAsync(platform);

        Assert.All(ended.Stages, stage => Assert.Equal(1, stage.Attempt));
        Assert.Single(platform.Target.Orders);
        var runs = await platform.Durable.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = "pipeline-" }).ToListAsync();
        Assert.Equal([InstanceIds.ForRun(run), InstanceIds.ForDeployment(run.DeployId())], runs.Select(instance => instance.InstanceId).Order());
    }

    [Fact]
    public async Task RunAsync_ADebtThatNobodyCanPay_HoldsUpNoOther()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var app = await platform.GivenAppAsync();
        var lost = new OutboxEntry(OutboxKind.LIST_PIPELINE, 999);
        await platform.Get<AppPartition>().CommitAsync(app.Id, [AppPartition.Owe(app.Id, lost)], default);
        var (neighbour, other) = (await platform.GivenReleaseAsync(app), await platform.GivenReleaseAsync());
        platform.Time.Advance(Grace);

        await SweepAsync(platform);

        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(neighbour)).Status);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(other)).Status);
        Assert.Equal([lost], await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task RunAsync_TheDebtOutlivesItsRun_DoesNotStartItAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenReleaseAsync();
        var ended = await platform.CarryOutAsync(run);
        await platform.Get<AppPartition>().CommitAsync(
            run.AppId, [AppPartition.Owe(run.AppId, new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run))], default);
        platform.Time.Advance(Grace);

        await SweepAsync(platform);

        Assert.Empty(await platform.DebtsAsync(run.AppId));
        Assert.Equal(TestPlatform.Text(ended), TestPlatform.Text(await platform.PipelineAsync(run)));
        Assert.Single(platform.Target.Orders);
    }

    [Fact]
    public async Task RunAsync_NothingIsOwed_TakesTheBellDownOnlyAfterItHungLongEnough()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        await platform.GivenAppAsync();
        Assert.Single(await BellsAsync(platform));

        platform.Time.Advance(Doorbells.Hangs - TimeSpan.FromTicks(1));
        await SweepAsync(platform);
        Assert.Single(await BellsAsync(platform));

        platform.Time.Advance(TimeSpan.FromTicks(1));
        await SweepAsync(platform);
        Assert.Empty(await BellsAsync(platform));
    }

    [Fact]
    public async Task RunAsync_SomethingIsOwed_LeavesTheBellUntilItIsPaid()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        await platform.Get<AppPartition>().CommitAsync(app.Id, [AppPartition.Owe(app.Id, new OutboxEntry(OutboxKind.LIST_APP, app.Id))], default);
        platform.Time.Advance(Doorbells.Hangs);

        await SweepAsync(platform);
        Assert.Empty(await platform.DebtsAsync(app.Id));
        Assert.Single(await BellsAsync(platform));

        await SweepAsync(platform);
        Assert.Empty(await BellsAsync(platform));
    }

    [Fact]
    public async Task RunAsync_TheBellIsRungAgainWhileItLooks_LeavesIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        platform.Time.Advance(Doorbells.Hangs);
        platform.Tables.Before(() => platform.Get<Doorbells>().RingAsync(app.Id, default), "DELETE", TableNames.Doorbells);

        await SweepAsync(platform);

        Assert.Single(await BellsAsync(platform));
    }

    private static Task SweepAsync(TestPlatform platform) => platform.Get<DebtSweep>().RunAsync(platform.Durable, default);

    private static Task<NextStep> AdvanceAsync(TestPlatform platform, RunRequest run, StageOutcome? outcome) =>
        platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, outcome), null!, default);

    private static StageOutcome Refused() => StageOutcome.Failed(StageKind.CODE_CHECK, 1, GitErrors.TagExists.With("There is one."));

    private static Task<IReadOnlyList<string>> BellsAsync(TestPlatform platform) => platform.RowsAsync(TableNames.Doorbells);
}
