using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Deliveries;

/// <summary>
/// Gitee: X-Gitee-Token is either the password, or a signature of the time with the secret (help.gitee.com/webhook/how-to-verify-webhook-keys). Neither
/// covers the body, so a captured delivery can be altered and sent again within the window; what it says is only a hint.
/// </summary>
public sealed class GiteeHooks : IHookDialect
{
    // As far as Gitee says that a signature may be used after it was made.
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    public bool IsAuthentic(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time)
    {
        var timestamp = request.Header("X-Gitee-Timestamp");
        if (!IsRecent(timestamp, time.GetUtcNow())) return false;

        // The documentation encodes the signature for use in a URL; in the header it comes without that.
        var given = request.Header("X-Gitee-Token");
        var signature = given.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(given) : given;
        return HookSecrets.IsOneOf(signature, secrets.Select(secret => Signature(secret, timestamp))) | HookSecrets.IsOneOf(given, secrets);
    }

    // There is no id. What is sent again by hand has another time, and so is another delivery: it is looked at anew, which does no harm.
    public string IdentityOf(HookRequest request) => $"{request.Header("X-Gitee-Timestamp")}\n{request.BodyHash()}";

    // help.gitee.com/webhook/gitee-webhook-push-data-format; the hook_name of the payload stands in the header of some versions.
    public HookEvent Read(HookRequest request)
    {
        if (request.Header("X-Gitee-Ping") == "true") return HookPayload.Ping();
        return request.Header("X-Gitee-Event") switch
        {
            "Push Hook" or "Tag Push Hook" or "push_hooks" or "tag_push_hooks" => HookPayload.ReadPush(request.Body),
            var other => HookPayload.Foreign(other),
        };
    }

    private static bool IsRecent(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && Math.Abs((decimal)now.ToUnixTimeMilliseconds() - milliseconds) <= (decimal)Window.TotalMilliseconds;

    private static string Signature(string secret, string timestamp)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        return Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{timestamp}\n{secret}")));
    }
}
