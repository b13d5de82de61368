using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

internal sealed record CreatePipelineRequest(long? IterationId, long? PhaseId, IReadOnlyDictionary<string, StageConfigDocument?>? StageConfigs);

/// <summary>POST /api/v1/pipelines: carries a phase out anew whose pipeline has ended, with the same tag and commit; answers the new pipeline.</summary>
public sealed class CreatePipeline(StartPipeline start, RunStarter starter, RunCalls calls)
{
    [Function(nameof(CreatePipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines")] HttpRequest request,
        [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<CreatePipelineRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var iterationId = check.Required("iterationId", body.IterationId);
        var stageConfigs = StageConfigDocument.Read(body.StageConfigs, check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var order = new PipelineOrder(iterationId, body.PhaseId, stageConfigs, request.Principal().Id);
        if (!(await start.RunAsync(order, cancellation)).TryGet(out var started, out error)) return Answers.Failure(error);

        // All is written and owed; should one of these fail, the sweep makes up for it.
        var pipeline = started.Pipeline;
        await Task.WhenAll(
            starter.TryStartAsync(durable, new RunRequest(pipeline.AppId, pipeline.Id, Run: 1), cancellation),
            calls.PayAsync(durable, pipeline.AppId, started.Debts, cancellation));
        return Answers.Created(PipelineResponse.From(pipeline, runs: null));
    }
}
