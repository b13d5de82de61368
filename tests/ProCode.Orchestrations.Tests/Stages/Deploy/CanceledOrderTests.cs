using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>Pipelines that are canceled while their deployment is ordered: what the target has taken meanwhile is taken back.</summary>
public sealed class CanceledOrderTests
{
    [Fact]
    public async Task Cancel_TheTargetTakesItsTime_EndsWithoutIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Get<IOptions<PipelineOptions>>().Value.CancelCheckInterval = TimeSpan.FromMilliseconds(10);
        var run = await platform.GivenPackagedReleaseAsync();
        var forEver = new TaskCompletionSource();
        platform.Target.WhileOrdering = async _ =>
        {
            await platform.CancelAsync(run);
            await forEver.Task;
        };

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal((PipelineStatus.CANCELED, DeployStatus.DEPLOY_CANCELED), (pipeline.Status, pipeline.DeployStatus));
        await AssertTakenBackAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_TheTargetTakesItAfterItHasHeardOfTheCancel_IsToldAgain()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenPackagedReleaseAsync();
        platform.Target.WhileOrdering = _ => platform.CancelAsync(run);

        Assert.Equal(PipelineStatus.CANCELED, (await platform.CarryOutAsync(run)).Status);

        await AssertTakenBackAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_TheOrdersAnswerIsLostForGood_IsToldAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenPackagedReleaseAsync();
        var tries = 0;
        platform.Target.WhileOrdering = async _ =>
        {
            if (++tries == 3) await platform.CancelAsync(run);
            throw new IOException("The line is cut.");
        };

        Assert.Equal(PipelineStatus.CANCELED, (await platform.CarryOutAsync(run)).Status);

        await AssertTakenBackAsync(platform, run);
    }

    [Fact]
    public async Task Cancel_TheOpsSystemIsAway_EndsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.RefusesOrders = () => DeploymentErrors.TargetUnavailable.With("The ops system does not answer.");
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.BeginAsync(run);
        await WaitFor.Async(async () => (await platform.PipelineAsync(run)).WaitingFor?.Kind == WaitKind.OPS && platform.Time.IsAwaited(TimeSpan.FromSeconds(5)));
        var (since, pipeline) = (platform.Time.GetUtcNow(), await platform.PipelineAsync(run));
        Assert.Equal((PipelineStatus.PAUSED, since.AddSeconds(5), since.AddDays(1)), (pipeline.Status, pipeline.WaitingFor!.NextCheckAt, pipeline.WaitingFor.Until));
        Assert.Equal("Waiting for ops since 2026-03-01 08:00:00Z: The ops system does not answer.", pipeline.WaitingFor.Message);

        await platform.CancelAsync(run);

        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        Assert.Equal((since, 1), (platform.Time.GetUtcNow(), platform.Target.Refused));
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
    }

    // The first word to the target came before it took the order; only the later ones find something.
    private static async Task AssertTakenBackAsync(TestPlatform platform, RunRequest run)
    {
        Assert.True(platform.Target.CancelsOf(run.DeployId()) > 1);
        var deployment = await platform.DeploymentAsync(run);
        Assert.Equal((OpsStatus.CANCELED, EvidenceSource.CANCEL), (deployment.Status, deployment.SettledBy!.Source));
        Assert.Null((await platform.EnvironmentAsync(run)).HeldByPipelineId);
    }
}
