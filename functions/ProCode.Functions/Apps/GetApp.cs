using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}.</summary>
public sealed class GetApp(AppStore apps, IOptions<ServiceOptions> service)
{
    [Function(nameof(GetApp))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var (repo, setup) = (apps.FindRepoAsync(id, cancellation), apps.FindSetupAsync(id, cancellation));
        return await apps.FindAsync(id, cancellation) is { } app
            ? Answers.Entity(AppResponse.From(new RegisteredApp(app.Value, await repo, await setup), service.Value))
            : Answers.Failure(AppErrors.NotFound(id));
    }
}
