using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Json;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Pipelines;

internal sealed record RestartPipelineRequest(StageKind? FromStage, JsonElement? Input);

internal sealed record RestartResponse(long PipelineId, PipelineStatus Status, StageKind FromStage, int Run);

/// <summary>POST /api/v1/pipelines/{id}/restart: a new run from any stage whose predecessors are done; <c>input</c> gives that stage something else
/// to do (<see cref="StageInput"/>).</summary>
public sealed class RestartPipeline(StartRun start, RunStarter starter, IDeploymentTarget target)
{
    [Function(nameof(RestartPipeline))]
    [RequirePermission(Permission.PipelinesWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/pipelines/{id:long}/restart")] HttpRequest request,
        long id, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<RestartPipelineRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        var from = check.Required("fromStage", body.FromStage);
        if (body.Input is { } given) CheckInput(from, given, check);
        if (check.Failed(out error)) return Answers.Failure(error);

        var order = new RunOrder(id, RunCause.RESTART, request.Principal().Id, from, body.Input);
        if (!(await start.RunAsync(order, cancellation)).TryGet(out var again, out error)) return Answers.Failure(error);

        // The run is written and owed; should this start fail, the sweep makes up for it.
        await starter.TryStartAsync(durable, new RunRequest(again.AppId, again.Id, again.Run), cancellation);
        return Answers.Accepted(new RestartResponse(again.Id, again.Status, from, again.Run));
    }

    // By the shape first: what the stage does not know is as wrong as what is out of its limits.
    private void CheckInput(StageKind stage, JsonElement input, Check check)
    {
        if (StageInput.TypeOf(stage) is not { } type)
        {
            check.That(false, "input", $"is nothing that {stage} takes");
            return;
        }

        var shape = new Check();
        JsonShape.Check(input, ProCodeJson.Options.GetTypeInfo(type), shape);
        if (shape.Failed(out var error))
        {
            foreach (var detail in error.Details) check.That(false, $"input.{detail.Field}", detail.Issue);
            return;
        }

        StageInput.Validate(input.Deserialize(type, ProCodeJson.Options)!, "input", target.Name, check);
    }
}
