using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Deliveries;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Deliveries;

/// <summary>A delivery as clients see it.</summary>
internal sealed record DeliveryResponse(
    string Id, HookEventKind Event, string? Ref, string? Before, string? After, DateTimeOffset ReceivedAt, DeliveryStatus Status, int Attempt,
    LedToResponse? LedTo)
{
    public static DeliveryResponse From(Delivery delivery) => new(
        delivery.Id, delivery.Event, delivery.Ref, delivery.Before, delivery.After, delivery.ReceivedAt, delivery.Status, delivery.Attempt,
        delivery.LedTo is { } ledTo ? new LedToResponse(ledTo.Text, ledTo.Change, ledTo.IterationIds, ledTo.PipelineId) : null);
}

/// <summary>What a delivery led to.</summary>
internal sealed record LedToResponse(string Text, RefChange? Change, IReadOnlyList<long> IterationIds, long? PipelineId);

/// <summary>GET /api/v1/repos/{id}/deliveries: what its host told us in the last 30 days and what that led to, newest first; filter <c>status</c>.</summary>
public sealed class ListDeliveries(RepoStore repos, DeliveryStore deliveries)
{
    [Function(nameof(ListDeliveries))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/deliveries")] HttpRequest request, long id,
        CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var status = query.Choice<DeliveryStatus>("status");
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (await repos.FindAsync(id, cancellation) is not { } repo) return Answers.Failure(RepoStore.NotFound(id));
        return (await deliveries.ListAsync(repo.Value.AppId, status, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Page(found, DeliveryResponse.From)
            : Answers.Failure(error);
    }
}
