using System.Security.Cryptography;
using System.Text;
using ProCode.Webhooks;

namespace ProCode.Deliveries;

/// <summary>The comparisons that more than one dialect makes.</summary>
internal static class HookSecrets
{
    /// <summary>Whether the given text is one of those expected; how much of it is right can't be told from the time it takes.</summary>
    public static bool IsOneOf(string given, IEnumerable<string> expected)
    {
        var matches = false;
        var bytes = Encoding.UTF8.GetBytes(given);
        foreach (var text in expected) matches |= CryptographicOperations.FixedTimeEquals(bytes, Encoding.UTF8.GetBytes(text));
        return matches && given.Length > 0;
    }

    /// <summary>Whether the request carries a right signature of Standard Webhooks (https://www.standardwebhooks.com).</summary>
    public static bool HasStandardSignature(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time) =>
        StandardWebhook.Verify(secrets.Where(StandardWebhook.IsSecret), WebhookHeaders.From(request.Headers), request.Body.Span, time).Succeeded;
}
