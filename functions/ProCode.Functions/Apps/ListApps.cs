using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;

namespace ProCode.Functions.Apps;

/// <summary>GET /api/v1/apps: a project's apps, newest first; filters <c>devMode</c>, <c>techStack</c> and <c>name</c> (a prefix);
/// <c>archived=true</c> shows archived apps too.</summary>
public sealed class ListApps(AppStore apps)
{
    [Function(nameof(ListApps))]
    [RequirePermission(Permission.AppsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/apps")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var filter = new AppFilter(
            query.Id("projectId") ?? ProjectIds.Default, query.Choice<DevMode>("devMode"), query.Choice<TechStack>("techStack"),
            query.Text("name", App.MaxNameLength), query.Flag("archived") ?? false);
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        return (await apps.ListAsync(filter, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Page(found, AppResponse.From)
            : Answers.Failure(error);
    }
}
