using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Functions.Iterations;

/// <summary>GET /api/v1/iterations/{id}: the iteration with its phases and their pipelines.</summary>
public sealed class GetIteration(IterationStore iterations, PipelineStore pipelines)
{
    [Function(nameof(GetIteration))]
    [RequirePermission(Permission.IterationsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/iterations/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (await iterations.FindAsync(id, cancellation) is not { } found) return Answers.Failure(IterationErrors.NotFound(id));
        var iteration = found.Value;
        var ofPhases = await Task.WhenAll(iteration.Phases.Select(phase => pipelines.GetAsync(iteration.AppId, phase.PipelineId, cancellation)));
        return Answers.Entity(IterationResponse.From(iteration, [.. ofPhases.Select(pipeline => pipeline.Value)]));
    }
}
