using Microsoft.Extensions.DependencyInjection;
using ProCode.Orchestrations.Deliveries;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>What the edge needs to start and mend orchestrations.</summary>
public static class OrchestrationsModule
{
    /// <summary>The starters of runs and deliveries, and the sweep.</summary>
    public static IServiceCollection AddOrchestrations(this IServiceCollection services) =>
        services.AddSingleton<RunStarter>().AddSingleton<DeliveryStarter>().AddSingleton<DebtSweep>();
}
