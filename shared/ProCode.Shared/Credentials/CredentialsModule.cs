using Microsoft.Extensions.DependencyInjection;

namespace ProCode.Credentials;

/// <summary>What the platform needs to be let in elsewhere.</summary>
public static class CredentialsModule
{
    /// <summary>The store.</summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services) => services;
}
