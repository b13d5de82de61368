using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

/// <summary>GET /api/v1/pipelines/{id}: how a pipeline stands (seed 001, section 3.5); with <c>wait</c> and If-None-Match, as soon as that changes.</summary>
public sealed class GetPipeline(PipelineStore pipelines, CurrentWaits waits)
{
    [Function(nameof(GetPipeline))]
    [RequirePermission(Permission.PipelinesRead)]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/pipelines/{id:long}")] HttpRequest request, long id, CancellationToken cancellation) =>
        Answers.EntityWhenChangedAsync(request, token => ReadAsync(id, token), cancellation);

    private async Task<Result<PipelineResponse>> ReadAsync(long id, CancellationToken cancellation) =>
        await pipelines.FindWithRunsAsync(id, cancellation) is { } found
            ? PipelineResponse.From(found.Pipeline with { WaitingFor = await waits.OfAsync(found.Pipeline, cancellation) }, found.Runs, found.Attempts)
            : PipelineErrors.NotFound(id);
}
