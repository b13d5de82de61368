using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}/procode-config.</summary>
public sealed class GetProCodeConfig(AppStore apps, RepoStore repos, IOptions<ServiceOptions> service)
{
    [Function(nameof(GetProCodeConfig))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/procode-config")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var (appRead, repoRead, setupRead) = (apps.FindAsync(id, cancellation), repos.FindOfAppAsync(id, cancellation), apps.FindSetupAsync(id, cancellation));
        var (app, repo, setup) = (await appRead, await repoRead, await setupRead);
        if (app is null) return Answers.Failure(AppErrors.NotFound(id));
        return repo is null
            ? Answers.Failure(GeneralErrors.NotFound.With($"App {id} has no repository."))
            : Answers.Entity(ProCodeConfigResponse.From(new ProCodeConfig(app.Value, repo.Value, setup), service.Value));
    }
}
