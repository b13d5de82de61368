using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Deliveries;
using ProCode.Functions.Http;
using ProCode.Json;
using ProCode.Orchestrations.Deliveries;
using ProCode.Repos;

namespace ProCode.Functions.Deliveries;

/// <summary>What the same delivery is answered each time: nothing of it changes after the first.</summary>
internal sealed record TakenResponse(string DeliveryId, HookEventKind Event, DateTimeOffset ReceivedAt);

/// <summary>POST /api/v1/hooks/{gitType}/{repoId}: a git host tells what happened in a repository (docs/webhooks.md).</summary>
public sealed class ReceiveDelivery(TakeDelivery take, DeliveryStarter starter)
{
    [Function(nameof(ReceiveDelivery))]
    [OpenEndpoint("signed by the git host with the repository's webhook secret, or with that secret as its token")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/hooks/{gitType:alpha}/{repoId:long}")] HttpRequest request,
        string gitType, long repoId, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadBytesAsync(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        if (!EnumNames.TryParse<GitType>(gitType, out var type)) return Answers.Failure(RepoStore.NotFound(repoId));
        if (!(await take.RunAsync(type, repoId, new HookRequest(request.Headers, body), cancellation)).TryGet(out var delivery, out error))
            return Answers.Failure(error);

        // It is written and owed; should this start fail, the sweep makes up for it.
        if (!delivery.IsSettled)
            await starter.TryStartAsync(durable, new DeliveryRequest(delivery.AppId, delivery.RepoId, delivery.Id, delivery.Attempt), cancellation);
        return Answers.Accepted(new TakenResponse(delivery.Id, delivery.Event, delivery.ReceivedAt));
    }
}
