using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Deployments;
using ProCode.Functions.Http;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Functions.Apps;

internal sealed record RollBackEnvironmentRequest(string? ToDeploymentId);

/// <summary>The accepted roll-back; <paramref name="DeploymentId"/> is the deployment it leads back to.</summary>
internal sealed record RollbackResponse(long PipelineId, string DeploymentId, string? Tag, string Image, string Digest, PipelineStatus Status);

/// <summary>POST /api/v1/apps/{id}/environments/{env}/rollback: deploys an image again that has run there before, without building anything.</summary>
public sealed class RollBackEnvironment(StartRollback rollback, RunStarter starter)
{
    private const int MaxDeploymentIdLength = 100;

    [Function(nameof(RollBackEnvironment))]
    [RequirePermission(Permission.DeploymentsWrite)]
    [Idempotent]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/apps/{id:long}/environments/{env}/rollback")] HttpRequest request,
        long id, string env, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        if (!(await request.ReadAsync<RollBackEnvironmentRequest>(cancellation)).TryGet(out var body, out var error)) return Answers.Failure(error);
        var check = new Check();
        check.That(EnvironmentName.IsValid(env), "environment", EnvironmentName.Rule);
        var deployment = check.Optional("toDeploymentId", body.ToDeploymentId, MaxDeploymentIdLength);
        if (check.Failed(out error)) return Answers.Failure(error);

        var order = new RollbackOrder(id, env, deployment, request.Principal().Id);
        if (!(await rollback.RunAsync(order, cancellation)).TryGet(out var accepted, out error)) return Answers.Failure(error);

        // The roll-back is written and owed; should this start fail, the sweep makes up for it.
        await starter.TryStartAsync(durable, new RunRequest(accepted.AppId, accepted.PipelineId, accepted.Run), cancellation);
        return Answers.Accepted(new RollbackResponse(
            accepted.PipelineId, accepted.DeploymentId, accepted.Tag, accepted.Image, accepted.Digest, accepted.Status));
    }
}
