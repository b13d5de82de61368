using System.Diagnostics.CodeAnalysis;

namespace ProCode.Credentials;

/// <summary>A 256-bit key and its name. Deliberately not a record: its text form shows nothing.</summary>
public sealed class KeyEncryptionKey
{
    private const int Length = 32;
    private readonly byte[] _key;

    private KeyEncryptionKey(string id, byte[] key) => (Id, _key) = (id, key);

    /// <summary>The name: letters, digits, hyphens and underscores.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>Reads a key from Base64; false when it is not 32 bytes or its name is unusable.</summary>
    public static bool TryParse(string id, string base64, [NotNullWhen(true)] out KeyEncryptionKey? key)
    {
        key = null;
        var bytes = new byte[Length];
        if (id.Length is 0 or > 64 || !id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')) return false;
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length != Length) return false;
        key = new KeyEncryptionKey(id, bytes);
        return true;
    }
}
