using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>GET /api/v1/apps/{id}/subscriptions/{subscriptionId}.</summary>
public sealed class GetSubscription(SubscriptionStore subscriptions)
{
    [Function(nameof(GetSubscription))]
    [RequirePermission(Permission.SubscriptionsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}")] HttpRequest request,
        long id, long subscriptionId, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return (await subscriptions.GetAsync(id, subscriptionId, cancellation)).TryGet(out var found, out error)
            ? Answers.Entity(SubscriptionResponse.From(found.Value))
            : Answers.Failure(error);
    }
}
