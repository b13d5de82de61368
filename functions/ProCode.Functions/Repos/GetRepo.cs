using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>GET /api/v1/repos/{id}.</summary>
public sealed class GetRepo(RepoStore repos, IOptions<ServiceOptions> service)
{
    [Function(nameof(GetRepo))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return await repos.FindAsync(id, cancellation) is { } repo
            ? Answers.Entity(RepoResponse.From(repo.Value, service.Value))
            : Answers.Failure(RepoStore.NotFound(id));
    }
}
