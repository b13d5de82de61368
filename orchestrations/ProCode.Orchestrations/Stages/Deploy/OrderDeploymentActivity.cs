using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Orders the deployment from the ops system, under our id. False when it does not answer: the pipeline is PAUSED, says so, and
/// asks again; a refusal settles the deployment as FAILED.</summary>
public sealed class OrderDeploymentActivity(
    DeploymentStore deployments, PipelineChanges changes, IDeploymentTarget target, DeploymentSecrets environment, SecretProtector secrets,
    IOptions<ServiceOptions> service, IOptions<DeploymentOptions> options, StageLogs logs, TimeProvider time)
{
    [Function(nameof(OrderDeploymentActivity))]
    public async Task<bool> Run([ActivityTrigger] DeploymentWait wait, CancellationToken cancellation)
    {
        var deployment = (await deployments.GetAsync(wait.DeployId, cancellation)).Value;
        if (deployment.IsSettled) return true;

        await using var log = logs.Open(StageLogId.Of(wait.DeployId));
        var ordered = await OrderAsync(wait.DeployId, deployment, log, cancellation);
        if (!ordered.TryGet(out var state, out var error))
        {
            log.WriteLine($"Not ordered: {LoggedAttempt.Text(error)}");
            if (error.Kind == ErrorKind.Unavailable) return await GiveUpOrWaitAsync(wait, deployment, error, cancellation);
            await ReportAsync(wait.DeployId, OpsStatus.FAILED, $"{error.Code.Name}: {error.Message}", null, cancellation);
            return true;
        }

        log.WriteLine($"The target took the order: {state.Status}: {state.Message}");
        var accepted = await deployments.AcceptAsync(wait.DeployId, time.GetUtcNow(), cancellation);
        await ReportAsync(wait.DeployId, state.Status, state.Message, state.Url, cancellation);
        var until = accepted.AcceptedAt!.Value.AddSeconds(wait.PollTimeout);
        await SayAsync(wait, new WaitingFor(WaitKind.DEPLOYMENT, "The deployment reports by callback, and is polled.", accepted.AcceptedAt.Value, until), cancellation);
        return true;
    }

    private async Task<Result<DeploymentState>> OrderAsync(DeployId id, Deployment deployment, StageLog log, CancellationToken cancellation)
    {
        if (deployment.Target is { } wanted && wanted != target.Name)
            return DeploymentErrors.EnvironmentUnusable.With($"The environment wants the target '{wanted}', and the platform has '{target.Name}'.");

        // In memory only, and not before the moment when they are needed.
        if (!(await environment.ResolveAsync(deployment, cancellation)).TryGet(out var config, out var error)) return error;
        var secret = await secrets.UnprotectAsync(deployment.ProtectedSecret, Deployment.SecretPurpose(id), cancellation);
        log.Hide(secret);
        foreach (var name in deployment.SecretEnv.Keys) log.Hide(config.Env[name]);
        log.WriteLine($"Ordering {id} from the target '{target.Name}': {OrderText.Of(deployment)}");
        return await target.CreateAsync(
            new DeploymentRequest(
                deployment.Id, deployment.AppId, deployment.Environment, deployment.Fence, deployment.Image, deployment.Digest, config,
                service.Value.Link("api/v1/deploy/callback"), secret),
            cancellation);
    }

    // While ops is away the pipeline waits for it, but not for ever.
    private async Task<bool> GiveUpOrWaitAsync(DeploymentWait wait, Deployment deployment, Error error, CancellationToken cancellation)
    {
        var until = deployment.CreatedAt + options.Value.UnavailableTimeout;
        if (time.GetUtcNow() >= until)
        {
            await ReportAsync(wait.DeployId, OpsStatus.FAILED, $"{error.Code.Name}: the ops system did not answer for {options.Value.UnavailableTimeout}.", null, cancellation);
            return true;
        }

        await SayAsync(wait, new WaitingFor(WaitKind.OPS, $"Waiting for ops: {error.Message}", deployment.CreatedAt, until), cancellation);
        return false;
    }

    private Task ReportAsync(DeployId id, OpsStatus status, string message, string? url, CancellationToken cancellation) =>
        deployments.ReportAsync(id, new Evidence(EvidenceSource.CREATE, status, message, time.GetUtcNow()), url, cancellation);

    private Task SayAsync(DeploymentWait wait, WaitingFor waiting, CancellationToken cancellation) =>
        changes.ApplyAsync(wait.DeployId.AppId, wait.DeployId.PipelineId, pipeline => Say(pipeline, wait.DeployId, waiting), cancellation);

    private Pipeline Say(Pipeline pipeline, DeployId id, WaitingFor waiting)
    {
        if (pipeline.DeployId != id.ToString() || pipeline.Status.IsFinal() || pipeline.WaitingFor == waiting) return pipeline;
        var paused = waiting.Kind == WaitKind.OPS;
        var step = paused ? PipelineEvent.Pause : PipelineEvent.Continue;
        if (PipelineTransitions.Table.Allows(pipeline.Status, step)) pipeline = pipeline.Move(step, time.GetUtcNow());
        return pipeline with { WaitingFor = waiting };
    }
}
