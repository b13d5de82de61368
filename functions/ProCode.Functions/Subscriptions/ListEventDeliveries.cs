using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>GET /api/v1/apps/{id}/subscriptions/{subscriptionId}/deliveries: what was sent or is to be, newest first, with every attempt; filter <c>status</c>.</summary>
public sealed class ListEventDeliveries(SubscriptionStore subscriptions, EventDeliveryStore deliveries)
{
    [Function(nameof(ListEventDeliveries))]
    [RequirePermission(Permission.SubscriptionsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}/deliveries")] HttpRequest request,
        long id, long subscriptionId, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var filter = new EventDeliveryFilter(id, subscriptionId, query.Choice<EventDeliveryStatus>("status"));
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (!(await subscriptions.GetAsync(id, subscriptionId, cancellation)).TryGet(out _, out error)) return Answers.Failure(error);
        return (await deliveries.ListAsync(filter, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Page(found, EventDeliveryResponse.From)
            : Answers.Failure(error);
    }
}
