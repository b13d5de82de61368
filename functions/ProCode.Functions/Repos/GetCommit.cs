using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Functions.Repos;

/// <summary>GET /api/v1/repos/{id}/commits/{ref}: the commit of a branch, a tag or a full commit id, whose name may hold slashes; live, or as known last when
/// the git host is away.</summary>
public sealed class GetCommit(RepoStore repos, RepoReader reader)
{
    private const int MaxReferenceLength = 250;

    [Function(nameof(GetCommit))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/repos/{id:long}/commits/{*reference}")] HttpRequest request,
        long id, string reference, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);

        // A slash that was escaped arrives escaped.
        var name = Uri.UnescapeDataString(reference ?? "");
        var check = new Check();
        check.Required("ref", name, MaxReferenceLength);
        if (check.Failed(out error)) return Answers.Failure(error);
        if (await repos.FindAsync(id, cancellation) is not { } repo) return Answers.Failure(RepoStore.NotFound(id));
        return (await reader.FindCommitAsync(repo.Value, name, cancellation)).TryGet(out var found, out error)
            ? Answers.Ok(CommitResponse.From(found))
            : Answers.Failure(error);
    }
}
