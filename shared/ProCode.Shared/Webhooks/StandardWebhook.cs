using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ProCode.Results;

namespace ProCode.Webhooks;

/// <summary>Signs and verifies webhooks as Standard Webhooks says: HMAC-SHA256 over <c>id.timestamp.body</c>, symmetric keys only.</summary>
public static class StandardWebhook
{
    /// <summary>How far a delivery's timestamp may be from now, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>A new random secret: <c>whsec_</c> and 32 bytes in base64.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text has the form of a secret: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public static bool IsSecret(string text) => TryKey(text) is not null;

    /// <summary>The headers of a delivery. <paramref name="id"/> names the delivery, the same at every attempt, and has no dot.
    /// Throws <see cref="ArgumentException"/> when the secret is not <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public static WebhookHeaders Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        if (!IsId(id))
            throw new ArgumentException("A delivery's id is not empty and has no dot.", nameof(id));
        var seconds = timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new WebhookHeaders(id, seconds, Version + Convert.ToBase64String(Mac(secret, id, seconds, body)));
    }

    /// <summary>Whether one of the signatures is right for one of the secrets (more than one while a secret is being changed) and the
    /// delivery is not older or newer than <see cref="Tolerance"/>; if not, <see cref="WebhookErrors.SignatureInvalid"/>.</summary>
    public static Result<Done> Verify(IEnumerable<string> secrets, WebhookHeaders headers, ReadOnlySpan<byte> body, TimeProvider time)
    {
        // All reasons get the same answer: a caller that can't sign learns nothing.
        var refused = WebhookErrors.SignatureInvalid.With("The webhook's signature is missing, wrong, or older than five minutes.");
        if (!IsId(headers.Id) || !IsRecent(headers.Timestamp, time.GetUtcNow()))
            return refused;

        var matches = false;
        foreach (var secret in secrets)
        {
            var expected = Mac(secret, headers.Id, headers.Timestamp, body);
            foreach (var signature in headers.Signature.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                matches |= Matches(signature, expected);
        }
        return matches ? Done.Value : refused;
    }

    // A dot in the id would let the end of the id and the start of the body trade places under the same signature.
    private static bool IsId(string id) => id.Length > 0 && !id.Contains('.', StringComparison.Ordinal);

    private static bool IsRecent(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) <= (decimal)Tolerance.TotalSeconds;

    private static bool Matches(string signature, ReadOnlySpan<byte> expected)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return signature.StartsWith(Version, StringComparison.Ordinal)
            && Convert.TryFromBase64String(signature[Version.Length..], given, out var length)
            && CryptographicOperations.FixedTimeEquals(given[..length], expected);
    }

    private static byte[] Mac(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var key = TryKey(secret) ?? throw new ArgumentException("A webhook secret is whsec_ and 24 to 64 bytes in base64.", nameof(secret));
        var signed = new byte[Encoding.UTF8.GetMaxByteCount(id.Length + timestamp.Length + 2) + body.Length];
        var length = Encoding.UTF8.GetBytes($"{id}.{timestamp}.", signed);
        body.CopyTo(signed.AsSpan(length));
        return HMACSHA256.HashData(key, signed.AsSpan(0, length + body.Length));
    }

    private static byte[]? TryKey(string secret)
    {
        var key = new byte[64];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length >= 24
            ? key[..length]
            : null;
    }
}
