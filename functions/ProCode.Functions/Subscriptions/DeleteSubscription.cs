using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>DELETE /api/v1/apps/{id}/subscriptions/{subscriptionId}: nothing more is sent to it, not even what was on its way; honours If-Match.</summary>
public sealed class DeleteSubscription(SubscriptionStore subscriptions)
{
    [Function(nameof(DeleteSubscription))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}")] HttpRequest request,
        long id, long subscriptionId, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!IfMatch.Of(request).TryGet(out var condition, out error)) return Answers.Failure(error);
        var deleted = await subscriptions.DeleteAsync(
            id, subscriptionId, current => condition.Refuse(Answers.Entity(SubscriptionResponse.From(current))), cancellation);
        return deleted.TryGet(out var gone, out error) ? Answers.Ok(SubscriptionResponse.From(gone)) : Answers.Failure(error);
    }
}
