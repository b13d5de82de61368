using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Idempotency;
using ProCode.Identity;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Results;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

internal sealed record ReplayEventDeliveriesRequest(DateTimeOffset? From, DateTimeOffset? To, EventDeliveryStatus? Status);

/// <summary>How many were begun; with <paramref name="More"/> there are older ones in the range, to be asked for with <paramref name="RestEnds"/> as <c>to</c>.</summary>
internal sealed record ReplayEventDeliveriesResponse(int Replayed, bool More, DateTimeOffset? RestEnds);

/// <summary>POST /api/v1/apps/{id}/subscriptions/{subscriptionId}/replay: sends the events of a span of time again, dead letters unless it names another status.</summary>
public sealed class ReplayEventDeliveries(ReplayEvents replay, EventDeliveryStarter starter, IRequestIds ids)
{
    [Function(nameof(ReplayEventDeliveries))]
    [RequirePermission(Permission.SubscriptionsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps/{id:long}/subscriptions/{subscriptionId:long}/replay")] HttpRequest request,
        long id, long subscriptionId, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<ReplayEventDeliveriesRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var (from, to) = (check.Required("from", body.From), check.Required("to", body.To));
        check.That(from < to || body.From is null || body.To is null, "to", "must be later than from");
        if (check.Failed(out error)) return Answers.Failure(error);

        var filter = new EventDeliveryFilter(id, subscriptionId, body.Status ?? EventDeliveryStatus.DEAD, from, to);
        if (!(await replay.RunAsync(filter, await ids.NextAsync("replays", cancellation), cancellation)).TryGet(out var replayed, out error))
            return Answers.Failure(error);

        // They are written and owed; should a start fail, the sweep makes up for it.
        await starter.StartAsync(durable, replayed.Begun, cancellation);
        return Answers.Accepted(new ReplayEventDeliveriesResponse(replayed.Begun.Count, replayed.RestEnds is not null, replayed.RestEnds));
    }
}
