using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of an ITERATION pipeline.</summary>
internal static class IterationScenarios
{
    private const string Iteration = nameof(IterationPipelineOrchestrator);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("iteration-is-released", async platform =>
        {
            var (run, parent) = await BegunAsync(platform);
            platform.Target.First = ScriptedTarget.Up;
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.CarryOutAsync(run)).Status);
            await platform.AssertIterationEndedAsync(run.AppId, parent);
        }, Skips: false, Only: Iteration),
        new("iteration-looks-once-a-day", async platform =>
        {
            var (run, parent) = await BegunAsync(platform);
            platform.Time.Advance(TimeSpan.FromDays(1));
            await platform.SleepsAsync(InstanceIds.ForIteration(new IterationRequest(run.AppId, parent)), run: 2);
        }, Skips: false, Only: Iteration),
    ];

    private static async Task<(RunRequest Run, long Parent)> BegunAsync(TestPlatform platform)
    {
        var run = await platform.GivenReleaseAsync();
        var iteration = new IterationRequest(run.AppId, (await platform.PipelineAsync(run)).ParentId!.Value);
        await platform.Get<IterationStarter>().WakeAsync(platform.Durable, iteration, default);
        await platform.SleepsAsync(InstanceIds.ForIteration(iteration));
        return (run, iteration.PipelineId);
    }
}
