using System.Globalization;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>Polls of all deployments that are waited for, in one question.</summary>
public sealed class DeploymentPollingTests
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", ScriptedTarget.Up.Url);
    private static readonly Func<Error> Away = () => DeploymentErrors.TargetUnavailable.With("The ops system does not answer.");

    [Fact]
    public async Task RunAsync_AThousandWaitAndNothingIsNew_CostsOneQuestionAndBatches()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Target.Then = Starting;
        var now = platform.Time.GetUtcNow();
        var polls = platform.Get<DeploymentPolls>();
        for (var i = 1; i <= 1000; i++) await polls.AddAsync(platform.Target.Name, DeploymentPoll.Of(new DeployId(i, i, 1, 1), now, 30, 1800, Starting), default);
        platform.Time.Advance(PollInterval);

        for (var turn = 1; turn <= 2; turn++)
        {
            var before = platform.Tables.Requests;
            await platform.Get<DeploymentPolling>().RunAsync(null!, default);

            // Two reads of what is due, one whether the target answers, and fifty rows moved in each of twenty writes.
            Assert.InRange(platform.Tables.Requests - before, 1, 23);
            Assert.Equal(turn, platform.Target.Questions);
            Assert.Empty(await polls.DueAsync(platform.Target.Name, platform.Time.GetUtcNow(), default));
            platform.Time.Advance(PollInterval);
            Assert.Equal(1000, (await polls.DueAsync(platform.Target.Name, platform.Time.GetUtcNow(), default)).Count);
        }
    }

    [Fact]
    public async Task RunAsync_SomethingNewIsSaid_WritesItOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), new DeploymentState(OpsStatus.RUNNING, "pulling the image", null));

        await PassAsync(platform);
        var deployment = await platform.DeploymentAsync(run);
        Assert.Equal((OpsStatus.RUNNING, "pulling the image"), (deployment.Status, deployment.Message));

        var rows = await platform.RowsAsync(TableNames.Apps);
        await PassAsync(platform);
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    /// <summary>Polls that bring nothing new look at no row: without the call that was written down, nobody would before the deployment's time is up.</summary>
    [Fact]
    public async Task RunAsync_ACallbacksCallGetsLost_CallsAtTheNextPass()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: false);
        Assert.Equal(DeployStatus.DEPLOYING, (await platform.PipelineAsync(run)).DeployStatus);

        await platform.PollAsync();

        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_ItDiesBeforeTheCall_CallsAtTheNextPass()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Tables.BreakAfter("$batch", AppRows.Deployment(run.PipelineId, run.Run, 1));

        await PassAsync(platform);
        Assert.True((await platform.DeploymentAsync(run)).IsSettled);
        Assert.Equal(DeployStatus.DEPLOYING, (await platform.PipelineAsync(run)).DeployStatus);
        await platform.PollAsync(); // It is due still.

        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_TheCallIsLost_CallsAgainUntilTheRunHasTakenNote()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);

        // An engine that hears nothing.
        platform.Time.Advance(PollInterval);
        var polling = platform.Get<DeploymentPolling>();
        await Assert.ThrowsAnyAsync<Exception>(() => DeploymentCalls.CallAsync(null!, run.DeployId(), default));
        await polling.RunAsync(null!, default);
        await polling.RunAsync(null!, default);
        Assert.True((await platform.DeploymentAsync(run)).IsSettled);
        Assert.False((await platform.PipelineAsync(run)).Status.IsFinal());

        await platform.PollAsync();
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_CallbackAndPollAgree_LeavesNoEvidenceAndNoRow()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        await platform.EndAsync(run);
        Assert.NotEmpty(await platform.RowsAsync(TableNames.Polls));

        await PassAsync(platform);

        Assert.Empty(await platform.RowsAsync(TableNames.Polls));
        Assert.Empty((await platform.DeploymentAsync(run)).LateEvidence);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_ItsPipelineWasCanceled_ForgetsIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        await platform.CancelAsync(run);
        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        platform.Target.Say(run.DeployId(), new DeploymentState(OpsStatus.CANCELED, "canceled", null));

        await PassAsync(platform);

        Assert.Empty(await platform.RowsAsync(TableNames.Polls));
    }

    [Fact]
    public async Task RunAsync_TheTargetSaysTheSameForEver_ForgetsItAfterItsTime()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        await platform.CancelAsync(run);
        await platform.EndAsync(run);
        await PassAsync(platform);
        Assert.Single(await platform.RowsAsync(TableNames.Polls));

        platform.Time.Advance(TimeSpan.FromMinutes(30));
        await platform.PollAsync();

        Assert.Empty(await platform.RowsAsync(TableNames.Polls));
    }

    [Fact]
    public async Task RunAsync_TheTargetIsAway_AsksSeldomerAndSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var runs = new[] { await WaitingAsync(platform), await WaitingAsync(platform) };
        var rows = await platform.RowsAsync(TableNames.Apps);
        foreach (var run in runs) platform.Target.Say(run.DeployId(), Away());
        platform.Time.Advance(PollInterval);
        var since = platform.Time.GetUtcNow();

        // The clock of the timer: every five seconds a pass.
        for (var pass = 0; pass < 60; pass++)
        {
            await platform.PollAsync();
            platform.Time.Advance(TimeSpan.FromSeconds(5));
        }

        // The first question is for all; then one deployment stands for the others, once in a minute at most.
        Assert.InRange(runs.Sum(run => platform.Target.PollsOf(run.DeployId())), 4, 8);
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        var waiting = (await platform.Get<CurrentWaits>().OfAsync(await platform.PipelineAsync(runs[0]), default))!;
        Assert.Contains(since.ToString("O", CultureInfo.InvariantCulture), waiting.Message, StringComparison.Ordinal);
        Assert.InRange(waiting.NextCheckAt!.Value, platform.Time.GetUtcNow(), platform.Time.GetUtcNow().AddMinutes(1.5));

        foreach (var run in runs) platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        await platform.PassTimeAsync(TimeSpan.FromSeconds(5), async () => (await platform.DeploymentAsync(runs[1])).IsSettled);
        foreach (var run in runs) Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        Assert.Null(await platform.Get<DeploymentPolls>().FindAbsenceAsync(platform.Target.Name, default));
    }

    [Fact]
    public async Task RunAsync_SeveralPassesAtOnce_ReportOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => platform.PollAsync())));

        await platform.EndAsync(run);
        Assert.Empty((await platform.DeploymentAsync(run)).LateEvidence);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(30, 60)]
    [InlineData(59, 60)]
    [InlineData(61, 90)]
    public void NextDue_Later_KeepsItsSeconds(int after, int due) =>
        Assert.Equal(Account.Start.AddSeconds(due), DeploymentPoll.NextDue(Account.Start.AddSeconds(30), 30, Account.Start.AddSeconds(after)));

    private static async Task PassAsync(TestPlatform platform)
    {
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();
    }

    private static async Task<RunRequest> WaitingAsync(TestPlatform platform)
    {
        platform.Target.First = platform.Target.Then = Starting;
        var run = await platform.GivenPackagedReleaseAsync(pollInterval: PollInterval);
        await platform.BeginAsync(run);
        await platform.WaitsForDeploymentAsync(run);
        return run;
    }
}
