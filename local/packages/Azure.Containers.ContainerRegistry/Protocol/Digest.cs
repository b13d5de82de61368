using System.Security.Cryptography;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>Content's name: <c>sha256:</c> and its hash in hexadecimal digits.</summary>
internal static class Digest
{
    public const string OfTheRegistryDiffers = "The server-computed digest does not match the client-computed digest.";
    public const string OfContentDiffers = "The digest computed from the downloaded content does not match the requested digest.";
    public const string OfManifestDiffers = "The digest of the received manifest does not match the requested digest reference.";

    public static string Of(ReadOnlySpan<byte> content) => Format(SHA256.HashData(content));

    /// <summary>Of everything that was added; the hash begins anew.</summary>
    public static string Of(IncrementalHash hash) => Format(hash.GetHashAndReset());

    public static bool IsOne(string reference) => reference.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="RequestFailedException">They differ. The request itself went well, so its status is 200.</exception>
    public static void Verify(string computed, string? expected, string message)
    {
        if (!computed.Equals(expected, StringComparison.OrdinalIgnoreCase))
            throw new RequestFailedException(200, message);
    }

    private static string Format(byte[] hash) => "sha256:" + Convert.ToHexStringLower(hash);
}
