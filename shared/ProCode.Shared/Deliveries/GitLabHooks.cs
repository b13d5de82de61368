namespace ProCode.Deliveries;

/// <summary>
/// GitLab: a signature by Standard Webhooks when the webhook has a signing token, else the secret token as it is
/// (docs.gitlab.com/user/project/integrations/webhooks). A delivery that carries a signature stands or falls by it.
/// </summary>
public sealed class GitLabHooks : IHookDialect
{
    public bool IsAuthentic(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time) => IsSigned(request)
        ? HookSecrets.HasStandardSignature(request, secrets, time)
        : HookSecrets.IsOneOf(request.Header("X-Gitlab-Token"), secrets);

    // webhook-id and Idempotency-Key are the same at every attempt, also at "Resend request". The event's UUID of older versions is shared by
    // webhooks that set each other off, so it doesn't tell deliveries apart alone.
    public string IdentityOf(HookRequest request)
    {
        if (IsSigned(request)) return request.Header("webhook-id");
        return request.Header("Idempotency-Key") is { Length: > 0 } key ? key : $"{request.Header("X-Gitlab-Event-UUID")}\n{request.BodyHash()}";
    }

    // docs.gitlab.com/user/project/integrations/webhook_events: "Test" in GitLab's own pages sends a push like any other.
    public HookEvent Read(HookRequest request) => request.Header("X-Gitlab-Event") switch
    {
        "Push Hook" or "Tag Push Hook" => HookPayload.ReadPush(request.Body),
        var other => HookPayload.Foreign(other),
    };

    private static bool IsSigned(HookRequest request) => request.Headers.ContainsKey("webhook-signature");
}
