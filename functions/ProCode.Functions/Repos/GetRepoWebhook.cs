using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Deliveries;
using ProCode.Functions.Deliveries;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>A webhook as clients see it; there is no field that could hold its secret.</summary>
internal sealed record WebhookResponse(
    long RepoId, Uri Url, WebhookState State, IReadOnlyList<GitWebhookEvent> Events, DeliveryResponse? LastDelivery)
{
    public static WebhookResponse From(Repo repo, Delivery? last, ServiceOptions service) => new(
        repo.Id, service.Link(repo.WebhookPath), repo.Webhook?.State ?? WebhookState.ABSENT, RepoWebhook.Events,
        last is null ? null : DeliveryResponse.From(last));
}

/// <summary>GET /api/v1/repos/{id}/webhook: where the host delivers, how the webhook stands, and what came last.</summary>
public sealed class GetRepoWebhook(RepoStore repos, DeliveryStore deliveries, IOptions<ServiceOptions> service)
{
    [Function(nameof(GetRepoWebhook))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/webhook")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (await repos.FindAsync(id, cancellation) is not { } repo) return Answers.Failure(RepoStore.NotFound(id));
        return (await deliveries.ListAsync(repo.Value.AppId, status: null, limit: 1, continuation: null, cancellation)).TryGet(out var newest, out error)
            ? Answers.Entity(WebhookResponse.From(repo.Value, newest.Items.Count == 0 ? null : newest.Items[0], service.Value))
            : Answers.Failure(error);
    }
}
