using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>GET /api/v1/repos/{id}/tags: live, or as known last when the git host is away.</summary>
public sealed class ListTags(RepoStore repos, RepoReader reader)
{
    [Function(nameof(ListTags))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/tags")] HttpRequest request, long id, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        if (await repos.FindAsync(id, cancellation) is not { } repo) return Answers.Failure(RepoStore.NotFound(id));
        return (await reader.ListTagsAsync(repo.Value, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Ok(RefPageResponse.From(found))
            : Answers.Failure(error);
    }
}
