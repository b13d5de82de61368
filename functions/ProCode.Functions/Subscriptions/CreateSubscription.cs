using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Outbound;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>POST /api/v1/apps/{id}/subscriptions: tells a URL of the app's events from now on; the secret that signs them is shown in this answer only.</summary>
public sealed class CreateSubscription(SubscriptionSecrets subscriptions, OutboundUrls urls, IRequestIds ids)
{
    [Function(nameof(CreateSubscription))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps/{id:long}/subscriptions")] HttpRequest request, long id,
        CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<SubscriptionDocument>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        if (!(await body.ToChangeAsync(urls, cancellation)).TryGet(out var change, out error)) return Answers.Failure(error);
        return (await subscriptions.CreateAsync(id, await ids.NextAsync("subscriptions", cancellation), change, cancellation)).TryGet(out var made, out error)
            ? Answers.CreatedWithSecret(SubscriptionWithSecretResponse.From(made))
            : Answers.Failure(error);
    }
}
