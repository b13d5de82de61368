using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Scaffolds;

namespace ProCode.Functions.Scaffolds;

/// <summary>GET /api/v1/scaffolds: the projects to begin with, by name; filter <c>techStack</c>.</summary>
public sealed class ListScaffolds(ScaffoldCatalog scaffolds)
{
    [Function(nameof(ListScaffolds))]
    [RequirePermission(Permission.AppsRead)]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/scaffolds")] HttpRequest request)
    {
        var query = new QueryReader(request);
        var (techStack, list) = (query.Choice<TechStack>("techStack"), query.List());
        if (query.Failed(out var error)) return Answers.Failure(error);
        return scaffolds.List(techStack, list.Limit, list.Continuation).TryGet(out var page, out error)
            ? Answers.Page(page, ScaffoldResponse.From)
            : Answers.Failure(error);
    }
}
