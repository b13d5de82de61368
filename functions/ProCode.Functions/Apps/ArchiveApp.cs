using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>DELETE /api/v1/apps/{id}: archives the app.</summary>
public sealed class ArchiveApp(AppArchiving archiving)
{
    [Function(nameof(ArchiveApp))]
    [RequirePermission(Permission.AppsWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/v1/apps/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return (await archiving.RunAsync(id, cancellation)).TryGet(out var app, out error)
            ? Answers.Ok(AppResponse.From(app, repo: null))
            : Answers.Failure(error);
    }
}
