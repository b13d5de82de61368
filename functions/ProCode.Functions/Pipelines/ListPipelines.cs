using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>GET /api/v1/pipelines: newest first; filters <c>projectId</c>, <c>appId</c>, <c>iterationId</c>, <c>parentId</c>, <c>status</c>, <c>type</c>.</summary>
public sealed class ListPipelines(PipelineStore pipelines)
{
    [Function(nameof(ListPipelines))]
    [RequirePermission(Permission.PipelinesRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/pipelines")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var filter = new PipelineFilter(
            query.Id("projectId") ?? ProjectIds.Default, query.Id("appId"), query.Id("iterationId"), query.Id("parentId"),
            query.Choice<PipelineStatus>("status"), query.Choice<PipelineType>("type"));
        var page = query.List();
        if (query.Failed(out var error)) return Answers.Failure(error);
        return (await pipelines.ListAsync(filter, page.Limit, page.Continuation, cancellation)).TryGet(out var found, out error)
            ? Answers.Page(found, pipeline => PipelineResponse.From(pipeline, runs: null))
            : Answers.Failure(error);
    }
}
