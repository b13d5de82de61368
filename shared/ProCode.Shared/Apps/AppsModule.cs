using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Apps;

/// <summary>Apps.</summary>
public static class AppsModule
{
    /// <summary>The apps and how they are registered.</summary>
    public static IServiceCollection AddApps(this IServiceCollection services) =>
        services.AddSingleton<AppStore>().AddSingleton<AppSettingsStore>().AddSingleton<AppSetups>().AddSingleton<LowCodeConfigStore>()
            .AddSingleton<AppArchiving>().AddScoped<RegisterApp>().AddScoped<ConfigureProCode>();
}
