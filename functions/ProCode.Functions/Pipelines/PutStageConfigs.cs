using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

internal sealed record PutStageConfigsRequest(IReadOnlyDictionary<string, StageConfigDocument?>? StageConfigs);

/// <summary>PUT /api/v1/pipelines/{id}/stage-configs: changes what it names, for stages that have not begun; honours If-Match.</summary>
public sealed class PutStageConfigs(ChangeStageConfigs change, RunCalls calls)
{
    [Function(nameof(PutStageConfigs))]
    [RequirePermission(Permission.PipelinesWrite)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/pipelines/{id:long}/stage-configs")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!IfMatch.Of(request).TryGet(out var condition, out var error)) return Answers.Failure(error);
        if (!(await request.ReadAsync<PutStageConfigsRequest>(cancellation)).TryGet(out var body, out error)) return Answers.Failure(error);
        var check = new Check();
        check.That(body.StageConfigs is not null, "stageConfigs", "is required");
        var changes = StageConfigDocument.Read(body.StageConfigs, check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var changed = await change.RunAsync(
            id, changes, request.Principal().Id, current => condition.Refuse(Answers.Entity(StageConfigsResponse.From(current))), cancellation);
        if (!changed.TryGet(out var stored, out error)) return Answers.Failure(error);

        // Owed already: should the run not hear that its gate is gone, the sweep calls it again.
        await calls.PayAsync(durable, stored.Pipeline.AppId, stored.Debts, cancellation);
        return Answers.Entity(StageConfigsResponse.From(stored.Pipeline));
    }
}
