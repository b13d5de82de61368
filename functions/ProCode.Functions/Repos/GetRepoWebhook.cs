using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>A webhook as clients see it; there is no field that could hold its secret.</summary>
internal sealed record WebhookResponse(long RepoId, Uri Url, WebhookState State, IReadOnlyList<GitWebhookEvent> Events)
{
    public static WebhookResponse From(Repo repo, ServiceOptions service) => new(
        repo.Id, service.Link(repo.WebhookPath), repo.Webhook?.State ?? WebhookState.ABSENT, RepoWebhook.Events);
}

/// <summary>GET /api/v1/repos/{id}/webhook: where the host delivers, and how the webhook stands.</summary>
public sealed class GetRepoWebhook(RepoStore repos, IOptions<ServiceOptions> service)
{
    [Function(nameof(GetRepoWebhook))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/webhook")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return await repos.FindAsync(id, cancellation) is { } repo
            ? Answers.Entity(WebhookResponse.From(repo.Value, service.Value))
            : Answers.Failure(RepoStore.NotFound(id));
    }
}
