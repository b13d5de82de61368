using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Orders the deployment from the ops system, under our id. False when it does not answer: the pipeline is PAUSED, says so, and
/// asks again after the order's pause; a refusal settles the deployment as FAILED. Once the run is over, the order counts no more.</summary>
public sealed class OrderDeploymentActivity(
    DeploymentStore deployments, DeploymentPolls polls, PipelineChanges changes, IDeploymentTarget target, DeploymentSecrets environment, SecretProtector secrets,
    RunWatch watch, RunCalls calls, IOptions<ServiceOptions> service, IOptions<DeploymentOptions> options, StageLogs logs, TimeProvider time)
{
    [Function(nameof(OrderDeploymentActivity))]
    public async Task<bool> Run([ActivityTrigger] DeploymentOrder order, CancellationToken cancellation)
    {
        var wait = order.Wait;
        var found = await deployments.GetAsync(wait.DeployId, cancellation);
        var deployment = found.Value;
        if (deployment.IsSettled) return true;

        await using var log = logs.Open(StageLogId.Of(wait.DeployId));
        if (order.Unanswered == 0) log.WriteLine(LoggedAttempt.Begin(order.Attempt));
        var ordered = await watch.DoAsync(order.Attempt, stop => OrderAsync(wait.DeployId, deployment, log, stop), cancellation);
        if (!ordered.TryGet(out var state, out var error))
        {
            log.WriteLine($"Not ordered: {LoggedAttempt.Text(error)}");

            // Whoever ended the run has settled the deployment; the look that follows takes it back at the target, which may have taken it all the same.
            if (error.Code == PipelineErrors.RunOver) return true;
            if (error.Kind == ErrorKind.Unavailable) return await GiveUpOrWaitAsync(order, deployment, error, cancellation);
            await FailAsync(wait.DeployId, $"{error.Code.Name}: {error.Message}", cancellation);
            return true;
        }

        log.WriteLine($"The target took the order: {state.Status}: {state.Message}");
        var evidence = new Evidence(EvidenceSource.CREATE, state.Status, state.Message, time.GetUtcNow());
        var accepted = await deployments.AcceptAsync(wait.DeployId, evidence, state.Url, cancellation, found);
        if (accepted.IsGivenUp) await calls.StopAsync(wait.DeployId, cancellation);
        if (accepted.IsSettled) return true;

        // Both follow from the row, so a death before they are written repeats them; before they are, nobody waits.
        var poll = DeploymentPoll.Of(wait.DeployId, accepted.AcceptedAt!.Value, wait.PollInterval, wait.PollTimeout, state);
        var waiting = new WaitingFor(
            WaitKind.DEPLOYMENT, "The deployment reports by callback, and is polled.", accepted.AcceptedAt.Value, poll.Until, poll.Due);
        await Task.WhenAll(polls.AddAsync(target.Name, poll, cancellation), SayAsync(wait, waiting, cancellation));
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
    private async Task<bool> GiveUpOrWaitAsync(DeploymentOrder order, Deployment deployment, Error error, CancellationToken cancellation)
    {
        var (since, now) = (deployment.CreatedAt, time.GetUtcNow());
        var until = since + options.Value.UnavailableTimeout;
        if (now >= until)
        {
            await FailAsync(order.Wait.DeployId, $"{error.Code.Name}: the ops system did not answer for {options.Value.UnavailableTimeout}.", cancellation);
            return true;
        }

        var message = string.Create(CultureInfo.InvariantCulture, $"Waiting for ops since {since:u}: {error.Message}");
        await SayAsync(order.Wait, new WaitingFor(WaitKind.OPS, message, since, until, now + order.Pause), cancellation);
        return false;
    }

    private Task FailAsync(DeployId id, string message, CancellationToken cancellation) =>
        deployments.ReportAsync(id, new Evidence(EvidenceSource.CREATE, OpsStatus.FAILED, message, time.GetUtcNow()), url: null, cancellation);

    private Task SayAsync(DeploymentWait wait, WaitingFor waiting, CancellationToken cancellation) =>
        changes.ApplyAsync(wait.DeployId.AppId, wait.DeployId.PipelineId, pipeline => Say(pipeline, wait.DeployId, waiting), cancellation);

    private Pipeline Say(Pipeline pipeline, DeployId id, WaitingFor waiting)
    {
        if (pipeline.DeployId != id.ToString() || pipeline.IsOver || pipeline.WaitingFor == waiting) return pipeline;
        var paused = waiting.Kind == WaitKind.OPS;
        var step = paused ? PipelineEvent.Pause : PipelineEvent.Continue;
        if (PipelineTransitions.Table.Allows(pipeline.Status, step)) pipeline = pipeline.Move(step, time.GetUtcNow());
        return pipeline with { WaitingFor = waiting };
    }
}
