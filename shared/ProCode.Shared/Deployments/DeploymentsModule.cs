using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Deployments;

/// <summary>Deployments.</summary>
public static class DeploymentsModule
{
    /// <summary>The deployments, how they are rolled back, and the settings under <c>Deployments</c> that hold for every target.</summary>
    public static IServiceCollection AddDeployments(this IServiceCollection services)
    {
        services.AddOptions<DeploymentOptions>().BindConfiguration("Deployments").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<DeploymentStore>().AddSingleton<EnvironmentStore>().AddSingleton<DeploymentSecrets>().AddSingleton<DeploymentLogs>()
            .AddSingleton<DeploymentPolls>().AddSingleton<EnvironmentQueue>().AddSingleton<CurrentWaits>().AddScoped<StartRollback>();
    }
}
