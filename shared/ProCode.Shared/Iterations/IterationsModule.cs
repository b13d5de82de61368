using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Iterations;

/// <summary>Iterations.</summary>
public static class IterationsModule
{
    /// <summary>The iterations and how they go through their phases.</summary>
    public static IServiceCollection AddIterations(this IServiceCollection services) =>
        services.AddSingleton<IterationStore>().AddSingleton<SettleIteration>().AddScoped<PlanIteration>().AddScoped<EnterPhase>().AddScoped<CloseIteration>();
}
