using System.Security.Cryptography;
using System.Text;

namespace ProCode.Deliveries;

/// <summary>
/// GitHub: HMAC-SHA256 over the raw body (docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries). X-GitHub-Delivery is the same
/// when a delivery is sent again by hand (…/using-webhooks/best-practices-for-using-webhooks), but it isn't signed, so the body is part of the identity.
/// </summary>
public sealed class GitHubHooks : IHookDialect
{
    private const string Prefix = "sha256=";

    public bool IsAuthentic(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time)
    {
        var given = request.Header("X-Hub-Signature-256");
        return given.StartsWith(Prefix, StringComparison.Ordinal)
            && HookSecrets.IsOneOf(given[Prefix.Length..].ToLowerInvariant(), secrets.Select(secret => Signature(secret, request.Body.Span)));
    }

    public string IdentityOf(HookRequest request) => $"{request.Header("X-GitHub-Delivery")}\n{request.BodyHash()}";

    // docs.github.com/en/webhooks/webhook-events-and-payloads#push: one event for branches and tags.
    public HookEvent Read(HookRequest request) => request.Header("X-GitHub-Event") switch
    {
        "push" => HookPayload.ReadPush(request.Body),
        "ping" => HookPayload.Ping(),
        var other => HookPayload.Foreign(other),
    };

    private static string Signature(string secret, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
