using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Storage;

/// <summary>Turns the storage's own paging token into one for clients: bound to its list, so that garbage and mix-ups are noticed.</summary>
public static class Continuation
{
    private const int MaxLength = 4096;
    private const int ChecksumLength = 8;

    /// <summary>The client's form of a token. <paramref name="scope"/> says which list it belongs to.</summary>
    public static string Encode(string scope, string token)
    {
        var text = Encoding.UTF8.GetBytes(token);
        return Base64Url.EncodeToString([.. Checksum(scope, text), .. text]);
    }

    /// <summary>The token back; false for anything that <see cref="Encode"/> has not made for this scope.</summary>
    public static bool TryDecode(string scope, string continuation, [NotNullWhen(true)] out string? token)
    {
        token = null;
        if (continuation.Length > MaxLength || !Base64Url.IsValid(continuation)) return false;
        var bytes = Base64Url.DecodeFromChars(continuation);
        if (bytes.Length <= ChecksumLength || !bytes.AsSpan(0, ChecksumLength).SequenceEqual(Checksum(scope, bytes.AsSpan(ChecksumLength)))) return false;
        token = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumLength));
        return true;
    }

    // Not a signature: a forged token still reads only rows that the list's own filter lets through.
    private static ReadOnlySpan<byte> Checksum(string scope, ReadOnlySpan<byte> token) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(scope), 0, .. token]).AsSpan(0, ChecksumLength);
}
