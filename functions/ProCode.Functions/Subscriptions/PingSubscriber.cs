using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>POST /api/v1/apps/{id}/subscriptions/{subscriptionId}/ping: a <c>ping</c> event is delivered to the subscription, whatever it subscribes to.</summary>
public sealed class PingSubscriber(PingSubscription ping, EventDeliveryStarter starter, IRequestIds ids)
{
    [Function(nameof(PingSubscriber))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}/ping")] HttpRequest request,
        long id, long subscriptionId, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var pinged = await ping.RunAsync(id, subscriptionId, await ids.NextAsync("pings", cancellation), cancellation);
        if (!pinged.TryGet(out var delivery, out error)) return Answers.Failure(error);

        // It is written and owed; should this start fail, the sweep makes up for it.
        await starter.StartAsync(durable, [delivery], cancellation);
        return Answers.Accepted(EventDeliveryResponse.From(delivery));
    }
}
