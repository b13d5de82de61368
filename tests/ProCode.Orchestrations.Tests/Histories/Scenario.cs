using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>A path through orchestrators, told so that it goes the same way each time: whoever moves the clock waits first until somebody
/// waits for it. <paramref name="Skips"/>: waits take no time.</summary>
internal sealed record Scenario(string Name, Func<TestPlatform, Task> PlayAsync, bool Skips = true)
{
    public static IReadOnlyList<Scenario> All { get; } =
        [.. PipelineScenarios.All, .. DeploymentScenarios.All, .. SetupScenarios.All, .. DeliveryScenarios.All];
}
