using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Scaffolds;

/// <summary>Scaffolds.</summary>
public static class ScaffoldsModule
{
    /// <summary>The catalog.</summary>
    public static IServiceCollection AddScaffolds(this IServiceCollection services) => services.AddSingleton<ScaffoldCatalog>();
}
