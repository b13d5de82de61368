using Microsoft.Extensions.Options;

namespace ProCode.Identity;

/// <summary>Settings under <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Hexadecimal SHA-256 of the first administrator's key; nobody is that administrator while it is empty.</summary>
    public string? BootstrapKeyHash { get; set; }

    internal sealed class Validator : IValidateOptions<AuthOptions>
    {
        public ValidateOptionsResult Validate(string? name, AuthOptions options) =>
            string.IsNullOrEmpty(options.BootstrapKeyHash) || (options.BootstrapKeyHash.Length == 64 && options.BootstrapKeyHash.All(char.IsAsciiHexDigit))
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Auth:BootstrapKeyHash must be the SHA-256 of the key as 64 hexadecimal digits.");
    }
}
