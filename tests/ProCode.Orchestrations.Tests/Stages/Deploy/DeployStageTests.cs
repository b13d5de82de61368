using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>The DEPLOY stage as a whole, with a clock that the test moves.</summary>
public sealed class DeployStageTests
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", ScriptedTarget.Up.Url);
    private static readonly Func<Error> Away = () => DeploymentErrors.TargetUnavailable.With("The ops system does not answer.");

    [Fact]
    public async Task RunAsync_TheCallbackComesFirst_EndsWithoutAPoll()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        var since = platform.Time.GetUtcNow();

        await platform.CallBackAsync(run, OpsStatus.SUCCESS);

        var pipeline = await platform.EndAsync(run);
        Assert.Equal(since, platform.Time.GetUtcNow());
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);

        // The callback says how it went, the ops system is asked where.
        Assert.Equal(new DeployOutput(run.DeployId().ToString(), Starting.Url), pipeline.OutputOf<DeployOutput>(StageKind.DEPLOY));
    }

    [Fact]
    public async Task RunAsync_TheCallbackReportsAFailure_FailsWithItsReason()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);

        await platform.CallBackAsync(run, OpsStatus.FAILED, "AGENT_CRASHED: exit code 1");

        var failure = (await platform.EndAsync(run))[StageKind.DEPLOY].Failure!;
        Assert.Equal((DeploymentErrors.Crashed.Name, "exit code 1"), (failure.Error, failure.Message));
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.FAILED, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_ThePollComesFirst_EndsWithoutACallback()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        var ordered = platform.Time.GetUtcNow();

        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();

        await platform.EndAsync(run);
        Assert.Equal(ordered + PollInterval, (await platform.DeploymentAsync(run)).SettledBy!.At);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_ItIsNotUpInTime_TimesOutAndIsCanceled()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform, pollTimeout: 1.5 * PollInterval);
        var ordered = platform.Time.GetUtcNow();

        platform.Time.Advance(PollInterval);
        await platform.PollAsync();
        Assert.Equal(1, platform.Target.PollsOf(run.DeployId()));
        Assert.False((await platform.DeploymentAsync(run)).IsSettled);
        platform.Time.Advance(0.5 * PollInterval);

        var failure = (await platform.EndAsync(run))[StageKind.DEPLOY].Failure!;
        Assert.Equal(DeploymentErrors.TimedOut.Name, failure.Error);
        Assert.Equal(ordered + (1.5 * PollInterval), (await platform.DeploymentAsync(run)).SettledBy!.At);
        Assert.Equal((2, 1), (platform.Target.PollsOf(run.DeployId()), platform.Target.CancelsOf(run.DeployId())));
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.TIMEOUT, EvidenceSource.TIMEOUT);
    }

    [Fact]
    public async Task RunAsync_TheOpsSystemForgetsTheDeployment_Fails()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);

        platform.Target.Say(run.DeployId(), DeploymentErrors.DeploymentNotFound.With("Never seen."));
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();

        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.FAILED, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_PollsAreNotAnswered_GoesOnWaiting()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);

        platform.Target.Say(run.DeployId(), Away());
        for (var polls = 1; polls < 4; polls++)
        {
            platform.Time.Advance(PollInterval);
            await platform.PollAsync();
            Assert.Equal(polls, platform.Target.PollsOf(run.DeployId()));
        }

        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();

        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_TheCallbackComesBeforeAnyoneWaits_EndsAtTheFirstLook()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.Then = Starting;
        var run = await platform.GivenPackagedReleaseAsync();
        platform.Target.WhileOrdering = _ => platform.CallBackAsync(run, OpsStatus.SUCCESS);

        await platform.CarryOutAsync(run);

        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_TheCallbacksEventIsLost_FindsItAtTheNextLook()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);

        await platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: false);
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();

        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_TheCallbackComesTwice_EndsOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);

        var settled = await Task.WhenAll(platform.CallBackAsync(run, OpsStatus.SUCCESS), platform.CallBackAsync(run, OpsStatus.SUCCESS));

        Assert.All(settled, deployment => Assert.Equal(OpsStatus.SUCCESS, deployment.Status));
        await platform.EndAsync(run);
        Assert.Empty((await platform.DeploymentAsync(run)).LateEvidence);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_ACallbackComesAfterTheEnd_IsKeptAsEvidenceOnly()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);
        await platform.PollAsync();
        var ended = await platform.EndAsync(run);

        var late = await platform.CallBackAsync(run, OpsStatus.FAILED, "AGENT_CRASHED: late");

        Assert.Equal(OpsStatus.SUCCESS, late.Status);
        Assert.Equal((EvidenceSource.CALLBACK, OpsStatus.FAILED), late.LateEvidence.Select(evidence => (evidence.Source, evidence.Status)).Single());
        Assert.Equal(TestPlatform.Text(ended), TestPlatform.Text(await platform.PipelineAsync(run)));
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_TheOpsSystemIsAway_PausesAndGoesOnWhenItIsBack()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.Then = Starting;
        platform.Target.RefusesOrders = Away;
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.BeginAsync(run);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).WaitingFor?.Kind == WaitKind.OPS);
        Assert.Equal(PipelineStatus.PAUSED, (await platform.PipelineAsync(run)).Status);
        var prepared = platform.Time.GetUtcNow();

        await platform.PassTimeAsync(TimeSpan.FromSeconds(5), () => Task.FromResult(platform.Target.Refused >= 3));
        platform.Target.RefusesOrders = null;
        await platform.PassTimeAsync(
            TimeSpan.FromSeconds(5), async () => (await platform.PipelineAsync(run)).WaitingFor?.Kind == WaitKind.DEPLOYMENT);

        // The time it has to come up counts from the moment the ops system took it.
        var waiting = await platform.PipelineAsync(run);
        Assert.Equal(PipelineStatus.RUNNING, waiting.Status);
        var accepted = (await platform.DeploymentAsync(run)).AcceptedAt!.Value;
        Assert.InRange(accepted, prepared.AddTicks(1), platform.Time.GetUtcNow());
        Assert.Equal(accepted + TimeSpan.FromMinutes(30), waiting.WaitingFor!.Until);

        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    [Fact]
    public async Task RunAsync_TheOpsSystemStaysAway_FailsInTheEnd()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Get<IOptions<DeploymentOptions>>().Value.UnavailableTimeout = TimeSpan.FromMinutes(5);
        platform.Target.RefusesOrders = Away;
        var run = await platform.GivenPackagedReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(DeploymentErrors.TargetUnavailable.Number, pipeline[StageKind.DEPLOY].Failure!.Code);
        Assert.Null((await platform.DeploymentAsync(run)).AcceptedAt);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.FAILED, EvidenceSource.CREATE);
    }

    [Fact]
    public async Task RunAsync_TheOpsSystemRefusesTheOrder_FailsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.RefusesOrders = () => DeploymentErrors.Superseded.With("A newer one was ordered.");
        var run = await platform.GivenPackagedReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(DeploymentErrors.Superseded.Name, pipeline[StageKind.DEPLOY].Failure!.Error);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.FAILED, EvidenceSource.CREATE);
    }

    [Fact]
    public async Task RunAsync_TheOrderIsSettledAtOnce_EndsAtTheFirstLook()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenPackagedReleaseAsync();

        await platform.CarryOutAsync(run);

        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CREATE);
    }

    [Fact]
    public async Task RunAsync_TheOrdersAnswerIsLost_OrdersAgainUnderTheSameIdAndSecret()
    {
        await using var platform = await TestPlatform.StartAsync();
        var lost = 0;
        platform.Target.WhileOrdering = _ => Interlocked.Increment(ref lost) == 1 ? throw new IOException("The line is cut.") : Task.CompletedTask;
        var run = await platform.GivenPackagedReleaseAsync();

        await platform.CarryOutAsync(run);

        Assert.Equal(2, platform.Target.Orders.Count);
        Assert.Single(platform.Target.Orders.Select(order => (order.DeployId, order.CallbackSecret, order.Fence)).Distinct());
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    [Fact]
    public async Task RunAsync_OrderingKeepsThrowing_LeavesNoDeploymentOpen()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.WhileOrdering = _ => throw new InvalidOperationException("Nobody has thought of this.");
        var run = await platform.GivenPackagedReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);
        var late = await platform.CallBackAsync(run, OpsStatus.SUCCESS);

        Assert.Equal((PipelineStatus.FAILED, DeployStatus.DEPLOY_FAILED), (pipeline.Status, pipeline.DeployStatus));
        Assert.Equal(GeneralErrors.Internal.Name, pipeline[StageKind.DEPLOY].Failure!.Error);
        Assert.Equal(OpsStatus.FAILED, late.Status);
        Assert.Single(late.LateEvidence);
        await platform.AssertListsAgreeAsync(run);
    }

    private static async Task<RunRequest> WaitingAsync(TestPlatform platform, TimeSpan? pollTimeout = null)
    {
        platform.Target.Then = Starting;
        var run = await platform.GivenPackagedReleaseAsync(pollInterval: PollInterval, pollTimeout: pollTimeout);
        await platform.BeginAsync(run);
        await platform.WaitsForDeploymentAsync(run);
        return run;
    }
}
