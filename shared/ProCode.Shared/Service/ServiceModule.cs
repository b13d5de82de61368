using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode;

/// <summary>The service as a whole.</summary>
public static class ServiceModule
{
    /// <summary>The clock and the settings that belong to no feature.</summary>
    public static IServiceCollection AddService(this IServiceCollection services)
    {
        services.AddOptions<ServiceOptions>().BindConfiguration("").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServiceOptions>, ServiceOptions.Validator>();
        return services.AddSingleton(TimeProvider.System);
    }
}
