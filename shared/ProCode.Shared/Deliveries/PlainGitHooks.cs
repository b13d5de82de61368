namespace ProCode.Deliveries;

/// <summary>A git server without webhooks: its owner's post-receive hook signs by Standard Webhooks and sends <c>{"ref": "refs/heads/main"}</c>,
/// and may say <c>before</c>, <c>after</c> and <c>forced</c> (docs/webhooks.md).</summary>
public sealed class PlainGitHooks : IHookDialect
{
    public bool IsAuthentic(HookRequest request, IReadOnlyList<string> secrets, TimeProvider time) =>
        HookSecrets.HasStandardSignature(request, secrets, time);

    public string IdentityOf(HookRequest request) => request.Header("webhook-id");

    public HookEvent Read(HookRequest request) => HookPayload.ReadPush(request.Body);
}
