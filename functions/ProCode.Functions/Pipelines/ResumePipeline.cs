using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

internal sealed record ResumeResponse(long PipelineId, PipelineStatus Status, StageKind ResumeFromStage, int Run);

/// <summary>POST /api/v1/pipelines/{id}/resume: goes on after the last stage that is done (seed 001, section 3.6), in a new run.</summary>
public sealed class ResumePipeline(StartRun start, RunStarter starter)
{
    [Function(nameof(ResumePipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines/{id:long}/resume")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (new QueryReader(request).Failed(out var error)) return Answers.Failure(error);
        var order = new RunOrder(id, RunCause.RESUME, request.Principal().Id);
        if (!(await start.RunAsync(order, cancellation)).TryGet(out var again, out error)) return Answers.Failure(error);

        // The run is written and owed; should this start fail, the sweep makes up for it.
        await starter.TryStartAsync(durable, new RunRequest(again.AppId, again.Id, again.Run), cancellation);
        return Answers.Accepted(new ResumeResponse(again.Id, again.Status, again.StageAt.Stage, again.Run));
    }
}
