using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>GET /api/v1/pipelines/{id}/stage-configs: how its stages are driven (seed 001, section 2.5).</summary>
public sealed class GetStageConfigs(PipelineStore pipelines)
{
    [Function(nameof(GetStageConfigs))]
    [RequirePermission(Permission.PipelinesRead)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/pipelines/{id:long}/stage-configs")] HttpRequest request,
        long id, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        return await pipelines.FindAsync(id, cancellation) is { } found
            ? Answers.Entity(StageConfigsResponse.From(found.Value))
            : Answers.Failure(PipelineErrors.NotFound(id));
    }
}
