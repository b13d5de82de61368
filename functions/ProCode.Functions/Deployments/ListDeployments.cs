using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Deployments;

/// <summary>GET /api/v1/deployments?appId=: an app's deployments, newest first; filters <c>environment</c>, <c>status</c>.</summary>
public sealed class ListDeployments(AppStore apps, DeploymentStore deployments)
{
    [Function(nameof(ListDeployments))]
    [RequirePermission(Permission.DeploymentsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/deployments")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var filter = new DeploymentFilter(query.RequiredId("appId"), query.Text("environment"), query.Choice<OpsStatus>("status"));
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        var appRead = apps.FindAsync(filter.AppId, cancellation);
        var listed = await deployments.ListAsync(filter, page.Limit, page.Continuation, cancellation);
        if (await appRead is null) return Answers.Failure(AppErrors.NotFound(filter.AppId));
        return listed.TryGet(out var found, out error) ? Answers.Page(found, DeploymentResponse.From) : Answers.Failure(error);
    }
}
