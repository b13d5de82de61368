using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ProCode.Identity;

/// <summary>Tells who presents an API key. Keys look like <c>pck_</c> and 32 hexadecimal digits; only their hashes are known here.</summary>
public sealed class ApiKeys(IOptions<AuthOptions> options)
{
    private const string Prefix = "pck_";
    private const int Length = 36;

    private static readonly Principal Bootstrap = new("bootstrap", "Bootstrap administrator", Enum.GetValues<Permission>().ToHashSet());

    private readonly byte[]? _bootstrapHash =
        string.IsNullOrEmpty(options.Value.BootstrapKeyHash) ? null : Convert.FromHexString(options.Value.BootstrapKeyHash);

    /// <summary>The key's owner, or null for a key that nobody holds.</summary>
    public ValueTask<Principal?> FindOwnerAsync(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (key.Length != Length || !key.StartsWith(Prefix, StringComparison.Ordinal)) return ValueTask.FromResult<Principal?>(null);

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        var isBootstrap = _bootstrapHash is not null && CryptographicOperations.FixedTimeEquals(hash, _bootstrapHash);
        return ValueTask.FromResult(isBootstrap ? Bootstrap : null);
    }
}
