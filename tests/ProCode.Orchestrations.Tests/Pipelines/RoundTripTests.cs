using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Pipelines;

/// <summary>What a pipeline costs in round trips to the tables; docs/pipelines.md tells the numbers. Who makes it dearer has to say so here.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public async Task ARelease_FromItsRequestToItsEnd()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CarryOutAsync(await platform.GivenReleaseAsync()); // Takes blocks of ids, makes tables.
        var iteration = await platform.GivenIterationAsync(await platform.GivenAppAsync());
        platform.Target.First = ScriptedTarget.Up;

        var before = platform.Tables.Requests;
        var release = (await platform.TryReleaseAsync(iteration)).Value;
        var accepted = platform.Tables.Requests;
        var run = new RunRequest(release.AppId, release.PipelineId, release.Run);
        await platform.BeginAsync(run);
        using var deadline = new CancellationTokenSource(Testing.WaitFor.Deadline);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForRun(run), deadline.Token);
        await platform.Durable.WaitForInstanceCompletionAsync(InstanceIds.ForIteration(new IterationRequest(run.AppId, release.ParentId)), deadline.Token);
        var ended = platform.Tables.Requests;

        Assert.Equal(PipelineStatus.SUCCESS, (await platform.PipelineAsync(run)).Status);
        Assert.Equal((7, 44), (accepted - before, ended - accepted));
    }
}
