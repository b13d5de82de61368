using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Functions.Pipelines;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Iterations;

internal sealed record ReleaseIterationRequest(string? Tag, bool? Existing, IReadOnlyDictionary<string, StageConfigDocument?>? StageConfigs);

internal sealed record ReleaseResponse(long IterationId, string? Tag, long PipelineId, PipelineStatus Status);

/// <summary>POST /api/v1/iterations/{id}/release: enters the RELEASE phase (seed 001, section 3.4); the same as proceeding there.</summary>
public sealed class ReleaseIteration(EnterPhase enter, PhaseStarter starter)
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
        var order = new PhaseOrder(id, PhaseType.RELEASE, request.Principal().Id, body.Tag, body.Existing ?? false)
        {
            StageConfigs = StageConfigDocument.Read(body.StageConfigs, check),
        };
        order.Validate(check);
        if (check.Failed(out error)) return Answers.Failure(error);
        if (!(await enter.RunAsync(order, cancellation)).TryGet(out var entry, out error)) return Answers.Failure(error);

        await starter.StartAsync(durable, entry, cancellation);
        return Answers.Accepted(new ReleaseResponse(entry.IterationId, entry.Tag, entry.PipelineId, entry.Status));
    }
}
