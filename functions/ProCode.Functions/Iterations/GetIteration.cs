using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Apps;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Functions.Iterations;

/// <summary>GET /api/v1/iterations/{id}: the iteration with its phases, their pipelines, and what can be done next.</summary>
public sealed class GetIteration(IterationStore iterations, PipelineStore pipelines, AppSettingsStore settings)
{
    [Function(nameof(GetIteration))]
    [RequirePermission(Permission.IterationsRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/iterations/{id:long}")] HttpRequest request, long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (await iterations.FindAsync(id, cancellation) is not { } found) return Answers.Failure(IterationErrors.NotFound(id));
        var iteration = found.Value;

        // Only an iteration in TESTING asks whether it may skip something.
        var settingsRead = iteration.Status == IterationStatus.TESTING ? settings.GetAsync(iteration.AppId, cancellation) : Task.FromResult(new AppSettings());
        var ofPhases = await Task.WhenAll(iteration.Phases.Select(phase => pipelines.GetAsync(iteration.AppId, phase.PipelineId, cancellation)));
        return Answers.Entity(IterationResponse.From(iteration, [.. ofPhases.Select(pipeline => pipeline.Value)], (await settingsRead).AllowSkippingPhases));
    }
}
