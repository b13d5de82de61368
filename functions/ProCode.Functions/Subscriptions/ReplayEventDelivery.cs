using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>POST /api/v1/apps/{id}/subscriptions/{subscriptionId}/deliveries/{deliveryId}/replay: sends the event again, under the same id, however it stands.</summary>
public sealed class ReplayEventDelivery(ReplayEvents replay, EventDeliveryStarter starter, IRequestIds ids)
{
    [Function(nameof(ReplayEventDelivery))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}/deliveries/{deliveryId}/replay")] HttpRequest request,
        long id, long subscriptionId, string deliveryId, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var replayId = await ids.NextAsync("replays", cancellation);
        if (!(await replay.RunAsync(id, subscriptionId, deliveryId, replayId, cancellation)).TryGet(out var begun, out error)) return Answers.Failure(error);

        // It is written and owed; should this start fail, the sweep makes up for it.
        await starter.StartAsync(durable, [begun], cancellation);
        return Answers.Accepted(EventDeliveryResponse.From(begun));
    }
}
