using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>GET /api/v1/apps/{id}/subscriptions: oldest first; they are few, so there is one page.</summary>
public sealed class ListSubscriptions(AppStore apps, SubscriptionStore subscriptions)
{
    [Function(nameof(ListSubscriptions))]
    [RequirePermission(Permission.SubscriptionsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/subscriptions")] HttpRequest request, long id,
        CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var appRead = apps.FindAsync(id, cancellation);
        var found = await subscriptions.ListAsync(id, cancellation);
        return await appRead is null
            ? Answers.Failure(AppErrors.NotFound(id))
            : Answers.Page([.. found.Select(SubscriptionResponse.From)], continuation: null);
    }
}
