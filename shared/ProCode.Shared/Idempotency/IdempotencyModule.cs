using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Idempotency;

/// <summary>The same answer to the same request.</summary>
public static class IdempotencyModule
{
    /// <summary>The store of keyed requests and the ids of each request.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services
        .AddSingleton<IdempotencyStore>()
        .AddScoped<RequestIds>()
        .AddScoped<IRequestIds>(provider => provider.GetRequiredService<RequestIds>());
}
