using Microsoft.Extensions.DependencyInjection;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>A path through orchestrators, told so that it goes the same way each time: whoever moves the clock or raises an event waits first
/// until the instance sleeps. <paramref name="Skips"/>: waits take no time. <paramref name="Only"/>: the orchestrator that it is about; by default all but those
/// that go on beside a run, called by it, at a moment of their own.</summary>
internal sealed record Scenario(string Name, Func<TestPlatform, Task> PlayAsync, bool Skips = true, string? Only = null)
{
    private static readonly string[] Beside = [nameof(IterationPipelineOrchestrator), nameof(EventDeliveryOrchestrator)];

    public static IReadOnlyList<Scenario> All { get; } =
        [.. PipelineScenarios.All, .. DeploymentScenarios.All, .. SetupScenarios.All, .. DeliveryScenarios.All, .. IterationScenarios.All, .. EventScenarios.All];

    /// <summary>Whether a run is part of the path.</summary>
    public bool IsAbout(RecordedRun run) => Only is null ? !Beside.Contains(run.Orchestrator) : run.Orchestrator == Only;
}

/// <summary>What scenarios wait for.</summary>
internal static class Sleep
{
    /// <summary>Waits until a run of the instance, counted from 1, has set a timer and has nothing else to do.</summary>
    public static Task SleepsAsync(this TestPlatform platform, string instanceId, int run = 1) => WaitFor.Async(() =>
        platform.Engine.GetRequiredService<RunRecorder>().Runs.Where(each => each.InstanceId == instanceId).ElementAtOrDefault(run - 1)
            is { End: null, Events: [.., TimerCreated] });
}
