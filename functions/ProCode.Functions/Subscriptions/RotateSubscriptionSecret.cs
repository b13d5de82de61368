using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>POST /api/v1/apps/{id}/subscriptions/{subscriptionId}/rotate-secret: a new secret, shown in this answer only; the one before signs too for another day.</summary>
public sealed class RotateSubscriptionSecret(SubscriptionSecrets subscriptions, IRequestIds ids)
{
    [Function(nameof(RotateSubscriptionSecret))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}/rotate-secret")] HttpRequest request,
        long id, long subscriptionId, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var rotation = await ids.NextAsync("subscription-rotations", cancellation);
        return (await subscriptions.RotateAsync(id, subscriptionId, rotation, cancellation)).TryGet(out var rotated, out error)
            ? Answers.OkWithSecret(SubscriptionWithSecretResponse.From(rotated))
            : Answers.Failure(error);
    }
}
