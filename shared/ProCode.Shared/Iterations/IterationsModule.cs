using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Iterations;

/// <summary>Iterations.</summary>
public static class IterationsModule
{
    /// <summary>The iterations and how they go through their phases.</summary>
    public static IServiceCollection AddIterations(this IServiceCollection services) =>
        services.AddSingleton<IterationStore>().AddScoped<PlanIteration>().AddScoped<EnterPhase>().AddScoped<CloseIteration>();
}
