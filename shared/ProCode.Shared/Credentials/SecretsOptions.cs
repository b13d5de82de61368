using Microsoft.Extensions.Options;

namespace ProCode.Credentials;

/// <summary>Settings under <c>Secrets</c>: where the keys come from that stored secrets are encrypted with.</summary>
public sealed class SecretsOptions
{
    public const string Section = "Secrets";

    /// <summary>A local file; it is made when it is not there.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Or a Key Vault, for example https://name.vault.azure.net.</summary>
    public Uri? KeyVaultUri { get; set; }

    /// <summary>The name of the Key Vault's secret whose versions are the keys.</summary>
    public string? KeyName { get; set; }

    internal sealed class Validator : IValidateOptions<SecretsOptions>
    {
        public ValidateOptionsResult Validate(string? name, SecretsOptions options)
        {
            var hasFile = !string.IsNullOrWhiteSpace(options.KeyFile);
            var problems = new List<string>();
            if (!hasFile && options.KeyVaultUri is null) problems.Add("Secrets:KeyFile is missing (or Secrets:KeyVaultUri and Secrets:KeyName).");
            if (hasFile && options.KeyVaultUri is not null) problems.Add("Secrets:KeyFile and Secrets:KeyVaultUri exclude each other.");
            if (options.KeyVaultUri is { } vault && (!vault.IsAbsoluteUri || vault.Scheme != Uri.UriSchemeHttps)) problems.Add("Secrets:KeyVaultUri must be an https address.");
            if (options.KeyVaultUri is not null && string.IsNullOrWhiteSpace(options.KeyName)) problems.Add("Secrets:KeyName is missing; Secrets:KeyVaultUri needs it.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
