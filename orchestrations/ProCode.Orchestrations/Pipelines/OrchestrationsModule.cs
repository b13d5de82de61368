using Microsoft.Extensions.DependencyInjection;
using ProCode.Orchestrations.Apps;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Subscriptions;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>What the edge needs to start and mend orchestrations.</summary>
public static class OrchestrationsModule
{
    /// <summary>The starters and the sweep.</summary>
    public static IServiceCollection AddOrchestrations(this IServiceCollection services) =>
        services.AddSingleton<RunStarter>().AddSingleton<IterationStarter>().AddSingleton<PhaseStarter>().AddSingleton<SetupStarter>().AddSingleton<DeliveryStarter>().AddSingleton<DebtSweep>()
            .AddSingleton<RunCalls>().AddSingleton<RunWatch>().AddSingleton<LostRunSweep>().AddSingleton<HistoryRetention>()
            .AddSingleton<EventDeliveryStarter>().AddSingleton<EventPublisher>()
            .AddSingleton<DeploymentPolling>().AddSingleton<DeploymentCalls>();
}
