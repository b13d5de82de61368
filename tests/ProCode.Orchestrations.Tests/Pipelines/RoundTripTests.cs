using ProCode.Iterations;
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
        platform.Target.First = ScriptedTarget.Up;
        await CarryOutAsync(platform, (await platform.TryReleaseAsync(await platform.GivenIterationAsync(await platform.GivenAppAsync()))).Value); // Takes blocks of ids, makes tables.
        var iteration = await platform.GivenIterationAsync(await platform.GivenAppAsync());

        var before = platform.Tables.Requests;
        var release = (await platform.TryReleaseAsync(iteration)).Value;
        var accepted = platform.Tables.Requests;
        await CarryOutAsync(platform, release);
        var ended = platform.Tables.Requests;

        var pipeline = await platform.PipelineAsync(new RunRequest(release.AppId, release.PipelineId, release.Run));
        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        Assert.Equal((7, 28), (accepted - before, ended - accepted));
    }

    private static async Task CarryOutAsync(TestPlatform platform, PhaseEntry release)
    {
        await platform.Get<PhaseStarter>().StartAsync(platform.Durable, release, default);
        using var deadline = new CancellationTokenSource(Testing.WaitFor.Deadline);
        foreach (var instance in new[]
        {
            InstanceIds.ForRun(new RunRequest(release.AppId, release.PipelineId, release.Run)),
            InstanceIds.ForIteration(new IterationRequest(release.AppId, release.ParentId)),
        })
        {
            await platform.Durable.WaitForInstanceCompletionAsync(instance, deadline.Token);
        }
    }
}
