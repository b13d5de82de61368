using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode.Outbound;

/// <summary>Rules for the addresses that we call.</summary>
public static class OutboundModule
{
    /// <summary>The rules, and the settings under <c>Outbound</c>.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services)
    {
        services.AddOptions<OutboundOptions>().BindConfiguration("Outbound").ValidateOnStart();
        return services.AddSingleton(provider => new OutboundUrls(provider.GetRequiredService<IOptions<OutboundOptions>>().Value));
    }
}
