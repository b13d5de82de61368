using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode.Identity;

/// <summary>Who is calling.</summary>
public static class IdentityModule
{
    /// <summary>API keys and the settings under <c>Auth</c>.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptions.Validator>();
        return services.AddSingleton<ApiKeys>();
    }
}
