using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Functions.Pipelines;
using ProCode.Identity;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Orchestrations.Iterations;
using ProCode.Results;

namespace ProCode.Functions.Iterations;

internal sealed record ProceedIterationRequest(
    string? TargetPhase, string? Tag, bool? Existing, IReadOnlyDictionary<string, StageConfigDocument?>? StageConfigs);

internal sealed record ProceedIterationResponse(long IterationId, PhaseType CurrentPhase, long PhasePipelineId);

/// <summary>POST /api/v1/iterations/{id}/proceed: enters the next phase (seed 001, section 3.7).</summary>
public sealed class ProceedIteration(EnterPhase enter, PhaseStarter starter)
{
    [Function(nameof(ProceedIteration))]
    [RequirePermission(Permission.IterationsRelease)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/iterations/{id:long}/proceed")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<ProceedIterationRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var phase = PhaseType.TESTING;
        if (body.TargetPhase is { } target && !EnumNames.TryParse(target, out phase)) return Answers.Failure(IterationErrors.NoSuchPhase("targetPhase"));

        var check = new Check();
        check.That(body.TargetPhase is not null, "targetPhase", "is required");
        var order = new PhaseOrder(id, phase, request.Principal().Id, body.Tag, body.Existing ?? false) { StageConfigs = StageConfigDocument.Read(body.StageConfigs, check) };
        if (body.TargetPhase is not null) order.Validate(check);
        if (check.Failed(out error)) return Answers.Failure(error);
        if (!(await enter.RunAsync(order, cancellation)).TryGet(out var entry, out error)) return Answers.Failure(error);

        await starter.StartAsync(durable, entry, cancellation);
        return Answers.Accepted(new ProceedIterationResponse(entry.IterationId, entry.Phase, entry.PipelineId));
    }
}
