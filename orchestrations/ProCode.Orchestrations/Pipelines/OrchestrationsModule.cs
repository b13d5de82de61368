using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>What the edge needs to start and mend orchestrations.</summary>
public static class OrchestrationsModule
{
    /// <summary>The starter of runs and the sweep.</summary>
    public static IServiceCollection AddOrchestrations(this IServiceCollection services) =>
        services.AddSingleton<RunStarter>().AddSingleton<DebtSweep>();
}
