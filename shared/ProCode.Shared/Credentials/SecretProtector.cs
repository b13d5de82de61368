using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Credentials;

/// <summary>
/// Encrypts secrets for storage. Each has a random key of its own, which is stored beside it, encrypted with a key encryption key; both
/// layers are AES-256-GCM and bound to the secret's purpose, so that a stored text is of no use in another place. The stored form is
/// <c>v1.key-id.encrypted-key.encrypted-secret</c>.
/// </summary>
public sealed class SecretProtector(IKeyEncryptionKeys keys)
{
    private const string Version = "v1";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The stored form. <paramref name="purpose"/> names the one place that it is for, such as <c>credential/1/7</c>.</summary>
    public async Task<string> ProtectAsync(string secret, string purpose, CancellationToken cancellation)
    {
        var wrapping = await keys.GetNewestAsync(cancellation);
        var bound = Bind(wrapping.Id, purpose);
        var dataKey = RandomNumberGenerator.GetBytes(KeyLength);
        var plain = Encoding.UTF8.GetBytes(secret);
        try
        {
            return string.Join('.', Version, wrapping.Id, Encrypt(wrapping.Key, dataKey, bound), Encrypt(dataKey, plain, bound));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The secret. A text that is damaged or of another purpose throws <see cref="CryptographicException"/>; one that was
    /// encrypted under a key that is not there, and may come back, <see cref="SecretKeyMissingException"/>.</summary>
    public async Task<string> UnprotectAsync(string stored, string purpose, CancellationToken cancellation)
    {
        if (stored.Split('.') is not [Version, var keyId, var wrapped, var sealedSecret]) throw new CryptographicException($"The stored secret of {purpose} is damaged.");
        var wrapping = await keys.FindAsync(keyId, cancellation)
            ?? throw new SecretKeyMissingException($"The key '{keyId}', which the secret of {purpose} was encrypted with, is not there.");

        var bound = Bind(keyId, purpose);
        var dataKey = Decrypt(wrapping.Key, wrapped, bound, purpose);
        byte[] plain = [];
        try
        {
            plain = Decrypt(dataKey, sealedSecret, bound, purpose);
            return Encoding.UTF8.GetString(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Bind(string keyId, string purpose) => Encoding.UTF8.GetBytes($"{Version}\n{keyId}\n{purpose}");

    private static string Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, byte[] bound)
    {
        var whole = new byte[NonceLength + plain.Length + TagLength];
        var nonce = whole.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, whole.AsSpan(NonceLength, plain.Length), whole.AsSpan(NonceLength + plain.Length), bound);
        return Base64Url.EncodeToString(whole);
    }

    private static byte[] Decrypt(ReadOnlySpan<byte> key, string text, byte[] bound, string purpose)
    {
        try
        {
            var whole = Base64Url.DecodeFromChars(text).AsSpan();
            var plain = new byte[whole.Length - NonceLength - TagLength];
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(whole[..NonceLength], whole[NonceLength..^TagLength], whole[^TagLength..], plain, bound);
            return plain;
        }
        catch (Exception damaged) when (damaged is FormatException or OverflowException or CryptographicException or ArgumentException)
        {
            throw new CryptographicException($"The stored secret of {purpose} is damaged or belongs to another place.");
        }
    }
}
