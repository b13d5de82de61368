using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>Which stage is tried again, and how many retries by hand it has had and may have.</summary>
internal sealed record RetryResponse(long PipelineId, StageKind CurrentStage, int Run, int RetryCount, int MaxRetries);

/// <summary>POST /api/v1/pipelines/{id}/retry: retries the stage that failed (seed 001, section 3.8), in a new run.</summary>
public sealed class RetryPipeline(StartRun start, RunStarter starter)
{
    [Function(nameof(RetryPipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines/{id:long}/retry")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var order = new RunOrder(id, RunCause.RETRY, request.Principal().Id);
        if (!(await start.RunAsync(order, cancellation)).TryGet(out var again, out error)) return Answers.Failure(error);

        // The run is written and owed; should this start fail, the sweep makes up for it.
        await starter.TryStartAsync(durable, new RunRequest(again.AppId, again.Id, again.Run), cancellation);
        var stage = again.StageAt;
        return Answers.Accepted(new RetryResponse(again.Id, stage.Stage, again.Run, stage.ManualRetries, again.StageConfigs[stage.Stage].MaxManualRetries));
    }
}
