using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using ProCode.Functions.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Apps;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

internal sealed record RotatedWebhookResponse(long RepoId, Uri Url, WebhookState State, string? Secret, DateTimeOffset? OldSecretGoodUntil, SetupResponse Setup)
{
    // A record would print the secret.
    public override string ToString() => nameof(RotatedWebhookResponse);
}

/// <summary>POST /api/v1/repos/{id}/webhook/rotate: a new secret, at the host too. Where a person has to enter it there, it is shown in this answer and
/// never again; that is why the answer is not kept for an Idempotency-Key.</summary>
public sealed class RotateRepoWebhook(RotateWebhook rotate, SetupStarter starter, IOptions<ServiceOptions> service)
{
    [Function(nameof(RotateRepoWebhook))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/repos/{id:long}/webhook/rotate")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!(await rotate.RunAsync(id, cancellation)).TryGet(out var rotated, out error)) return Answers.Failure(error);

        var (repo, webhook) = (rotated.Repo, rotated.Repo.Webhook!);
        await starter.StartAsync(durable, repo.AppId, cancellation);
        return Answers.Ok(new RotatedWebhookResponse(
            repo.Id, service.Value.Link(repo.WebhookPath), webhook.State, rotated.Secret, webhook.RetiredUntil, SetupResponse.From(rotated.Setup)!));
    }
}
