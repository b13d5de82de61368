using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Functions.Repos;

/// <summary>GET /api/v1/repos/{id}/webide?branch=: where to edit the repository in a browser, or how to work locally.</summary>
public sealed class GetWebIde(RepoStore repos, WebIde webIde)
{
    [Function(nameof(GetWebIde))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/webide")] HttpRequest request, long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var branch = query.Text("branch", Iteration.MaxBranchLength);
        if (query.Failed(out var error)) return Answers.Failure(error);
        var check = new Check();
        check.That(branch is null || BranchName.IsValid(branch), "branch", "is not a name that git allows for a branch");
        if (check.Failed(out error)) return Answers.Failure(error);
        return await repos.FindAsync(id, cancellation) is { } repo
            ? Answers.Ok(await webIde.FindAsync(repo.Value, branch, cancellation))
            : Answers.Failure(RepoStore.NotFound(id));
    }
}
