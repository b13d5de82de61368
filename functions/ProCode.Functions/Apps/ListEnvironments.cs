using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps/{id}/environments: those that are configured or deployed to, by name; they are few, so there is one page.</summary>
public sealed class ListEnvironments(EnvironmentStore environments)
{
    [Function(nameof(ListEnvironments))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps/{id:long}/environments")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return (await environments.ListAsync(id, cancellation)).TryGet(out var found, out error)
            ? Answers.Page([.. found.Select(environment => EnvironmentResponse.From(environment.Name, environment.Config))], continuation: null)
            : Answers.Failure(error);
    }
}
