using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Iterations;

internal sealed record ReleaseIterationRequest(string? Tag, bool? Existing);

internal sealed record ReleaseResponse(long IterationId, string Tag, long PipelineId, PipelineStatus Status);

/// <summary>POST /api/v1/iterations/{id}/release: enters the RELEASE phase (seed 001, section 3.4).</summary>
public sealed class ReleaseIteration(StartRelease release, RunStarter starter)
{
    [Function(nameof(ReleaseIteration))]
    [RequirePermission(Permission.IterationsRelease)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/iterations/{id:long}/release")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<ReleaseIterationRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var tag = check.Required("tag", body.Tag, ReleaseTag.MaxLength);
        if (check.Failed(out error)) return Answers.Failure(error);

        var order = new ReleaseOrder(id, tag, body.Existing ?? false, request.Principal().Id);
        if (!(await release.RunAsync(order, cancellation)).TryGet(out var accepted, out error)) return Answers.Failure(error);

        // The release is written and owed; should this start fail, the sweep makes up for it.
        await starter.TryStartAsync(durable, new RunRequest(accepted.AppId, accepted.PipelineId, accepted.Run), cancellation);
        return Answers.Accepted(new ReleaseResponse(accepted.IterationId, accepted.Tag, accepted.PipelineId, accepted.Status));
    }
}
