using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}/environments/{env}.</summary>
public sealed class GetEnvironment(EnvironmentStore environments)
{
    [Function(nameof(GetEnvironment))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/environments/{env}")] HttpRequest request,
        long id, string env, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return (await environments.FindAsync(id, env, cancellation)).TryGet(out var config, out error)
            ? Answers.Entity(EnvironmentDocument.From(config))
            : Answers.Failure(error);
    }
}
