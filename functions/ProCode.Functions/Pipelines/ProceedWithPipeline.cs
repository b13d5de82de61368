using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Functions.Pipelines;

internal sealed record ProceedResponse(long PipelineId, StageKind? PreviousStage, StageKind CurrentStage);

/// <summary>POST /api/v1/pipelines/{id}/proceed: opens the gate that the pipeline waits at (seed 001, section 3.9).</summary>
public sealed class ProceedWithPipeline(ProceedPipeline proceed, RunCalls calls)
{
    [Function(nameof(ProceedWithPipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines/{id:long}/proceed")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!(await proceed.RunAsync(id, request.Principal().Id, cancellation)).TryGet(out var opened, out error)) return Answers.Failure(error);

        // Owed already: should the run not hear this, the sweep calls it again.
        await calls.PayAsync(durable, opened.AppId, [new OutboxEntry(OutboxKind.WAKE_RUN, opened.Id, opened.Run)], cancellation);
        var next = opened.StageAt.Stage;
        return Answers.Accepted(new ProceedResponse(opened.Id, opened.Stages.LastOrDefault(stage => stage.Stage < next)?.Stage, next));
    }
}
