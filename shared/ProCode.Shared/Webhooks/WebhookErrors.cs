using ProCode.Results;

namespace ProCode.Webhooks;

/// <summary>What can go wrong with a received webhook.</summary>
public static class WebhookErrors
{
    public static readonly ErrorCode SignatureInvalid = new(40102, "WEBHOOK_SIGNATURE_INVALID", ErrorKind.Unauthenticated);
}
