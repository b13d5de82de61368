using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>GET /api/v1/repos/{id}/branches: live, or as known last when the git host is away.</summary>
public sealed class ListBranches(RepoStore repos, RepoReader reader)
{
    [Function(nameof(ListBranches))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/branches")] HttpRequest request, long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (await repos.FindAsync(id, cancellation) is not { } repo) return Answers.Failure(RepoStore.NotFound(id));
        return (await reader.ListBranchesAsync(repo.Value, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Ok(RefPageResponse.From(found))
            : Answers.Failure(error);
    }
}
