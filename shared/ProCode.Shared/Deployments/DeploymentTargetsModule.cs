using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ProCode.Deployments.ProcessTarget;

namespace ProCode.Deployments;

/// <summary>The deployment targets, chosen by settings.</summary>
public static class DeploymentTargetsModule
{
    /// <summary>Registers the target that <c>Deployments:Target</c> names, as <see cref="IDeploymentTarget"/>. A missing or wrong setting is
    /// an <see cref="OptionsValidationException"/> here, at start. Needs an IImageReader.</summary>
    public static IServiceCollection AddDeploymentTargets(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Deployments");
        return section["Target"] switch
        {
            "process" => AddProcessTarget(services, section),
            var other => throw Wrong($"Deployments:Target is '{other}'; it must be 'process'."),
        };
    }

    private static IServiceCollection AddProcessTarget(IServiceCollection services, IConfigurationSection section)
    {
        if (!OperatingSystem.IsLinux())
            throw Wrong("Deployments:Target 'process' needs Linux (on Windows: WSL), as it finds its processes in /proc.");
        if (section["ProcessPath"] is not { Length: > 0 } path)
            throw Wrong("Deployments:ProcessPath is missing: the folder in which the process target keeps what it runs.");
        var options = new ProcessTargetOptions { ProcessPath = path };
        var healthTimeout = section.GetValue("HealthTimeout", options.HealthTimeout);
        if (healthTimeout <= TimeSpan.Zero)
            throw Wrong("Deployments:HealthTimeout must be longer than nothing.");

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options with { HealthTimeout = healthTimeout });
        services.AddSingleton<ProcessDeploymentTarget>();
        services.AddSingleton<IDeploymentTarget>(provider => provider.GetRequiredService<ProcessDeploymentTarget>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ProcessDeploymentTarget>());
        return services;
    }

    private static OptionsValidationException Wrong(string problem) => new("Deployments", typeof(ProcessTargetOptions), [problem]);
}
