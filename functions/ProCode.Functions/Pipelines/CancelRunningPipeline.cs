using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

internal sealed record CancelResponse(long PipelineId, PipelineStatus Status, DeployStatus? DeployStatus);

/// <summary>POST /api/v1/pipelines/{id}/cancel: ends a pipeline, whatever it does. It is CANCELED when this is answered.</summary>
public sealed class CancelRunningPipeline(CancelPipeline cancel, RunCalls calls, EventPublisher events)
{
    [Function(nameof(CancelRunningPipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines/{id:long}/cancel")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        if (!(await cancel.RunAsync(id, request.Principal().Id, cancellation)).TryGet(out var canceled, out error)) return Answers.Failure(error);

        // Owed already: what can't be told now, the sweep tells.
        await calls.PayAsync(durable, canceled.Pipeline.AppId, canceled.Debts, cancellation);
        await events.PayAsync(durable, canceled.Pipeline.AppId, cancellation);
        return Answers.Ok(new CancelResponse(canceled.Pipeline.Id, canceled.Pipeline.Status, canceled.Pipeline.DeployStatus));
    }
}
