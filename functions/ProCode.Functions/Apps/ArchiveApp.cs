using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Apps;

namespace ProCode.Functions.Apps;

/// <summary>DELETE /api/v1/apps/{id}: archives the app.</summary>
public sealed class ArchiveApp(AppArchiving archiving, SetupStarter starter)
{
    [Function(nameof(ArchiveApp))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/apps/{id:long}")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!(await archiving.RunAsync(id, cancellation)).TryGet(out var app, out error)) return Answers.Failure(error);

        // Removes the webhook at the git host, if there is one.
        await starter.StartAsync(durable, id, cancellation);
        return Answers.Ok(AppResponse.From(app));
    }
}
