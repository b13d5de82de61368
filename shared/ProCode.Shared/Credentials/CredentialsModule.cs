using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ProCode.Credentials;

/// <summary>What the platform needs to be let in elsewhere, and the encryption of what it stores.</summary>
public static class CredentialsModule
{
    /// <summary>The store, the protector, and the keys of the settings under <c>Secrets</c>.</summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services)
    {
        services.AddOptions<SecretsOptions>().BindConfiguration(SecretsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecretsOptions>, SecretsOptions.Validator>();
        services.AddSingleton(CreateKeys);
        return services.AddSingleton<SecretProtector>().AddSingleton<CredentialStore>().AddSingleton<CredentialReferences>().AddSingleton<CredentialDeletion>();
    }

    private static IKeyEncryptionKeys CreateKeys(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<SecretsOptions>>().Value;
        return options.KeyVaultUri is { } uri
            ? ActivatorUtilities.CreateInstance<KeyVaultKeys>(provider, new SecretClient(uri, new DefaultAzureCredential()), options.KeyName!)
            : ActivatorUtilities.CreateInstance<FileKeys>(provider, options.KeyFile!);
    }
}
