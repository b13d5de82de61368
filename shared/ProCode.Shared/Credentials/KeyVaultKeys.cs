using System.Collections.Concurrent;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace ProCode.Credentials;

/// <summary>Keys in Azure Key Vault: the versions of one secret, each 32 bytes in Base64. A new version is in use within five minutes.</summary>
internal sealed class KeyVaultKeys(SecretClient vault, string name, TimeProvider time) : IKeyEncryptionKeys
{
    private static readonly TimeSpan NewestFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, KeyEncryptionKey> _byVersion = new(StringComparer.Ordinal);
    private volatile Newest? _newest;

    public async ValueTask<KeyEncryptionKey> GetNewestAsync(CancellationToken cancellation)
    {
        if (_newest is { } newest && time.GetElapsedTime(newest.ReadAt) < NewestFor) return newest.Key;
        var readAt = time.GetTimestamp();
        var key = Keep(await vault.GetSecretAsync(name, cancellationToken: cancellation));
        _newest = new Newest(key, readAt);
        return key;
    }

    public async ValueTask<KeyEncryptionKey?> FindAsync(string id, CancellationToken cancellation)
    {
        if (_byVersion.TryGetValue(id, out var key)) return key;
        try
        {
            return Keep(await vault.GetSecretAsync(name, id, cancellationToken: cancellation));
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private KeyEncryptionKey Keep(KeyVaultSecret secret)
    {
        if (!KeyEncryptionKey.TryParse(secret.Properties.Version, secret.Value, out var key))
            throw new InvalidOperationException($"Version {secret.Properties.Version} of the Key Vault secret '{name}' (Secrets:KeyName) is not 32 bytes in Base64.");
        return _byVersion.GetOrAdd(key.Id, key);
    }

    private sealed record Newest(KeyEncryptionKey Key, long ReadAt);
}
