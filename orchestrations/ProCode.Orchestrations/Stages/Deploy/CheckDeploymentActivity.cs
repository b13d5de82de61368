using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Looks at a deployment's row. When its time is up and it isn't settled, the ops system is asked once more; what it says goes to the row first, and if it
/// says nothing that settles the deployment, TIMEOUT does.</summary>
public sealed class CheckDeploymentActivity(DeploymentStore deployments, IDeploymentTarget target, RunCalls calls, DeploymentLogs logs, TimeProvider time)
{
    private const int MaxHeadline = 200;

    [Function(nameof(CheckDeploymentActivity))]
    public async Task<DeploymentProgress> Run([ActivityTrigger] DeploymentWait wait, CancellationToken cancellation)
    {
        var deployment = (await deployments.RecallAsync(wait.DeployId, cancellation)).Value;
        if (!deployment.IsSettled) deployment = (await deployments.GetAsync(wait.DeployId, cancellation)).Value;
        var now = time.GetUtcNow();
        var deadline = (deployment.AcceptedAt ?? now).AddSeconds(wait.PollTimeout);
        if (!deployment.IsSettled && now >= deadline)
        {
            deployment = await PollAsync(wait.DeployId, deployment, cancellation);
            if (!deployment.IsSettled)
            {
                deployment = await ReportAsync(
                    wait.DeployId, EvidenceSource.TIMEOUT, OpsStatus.TIMEOUT, $"Not up after {wait.PollTimeout} s: {deployment.Message}", null, cancellation);
            }
        }

        // Asked of the row, not of what was just done: whoever settled it may have died before the ops system heard of it, or been heard before the order was.
        if (deployment.IsGivenUp) await calls.StopAsync(wait.DeployId, cancellation);
        deployment = await LocateAsync(wait.DeployId, deployment, cancellation);
        if (deployment.IsSettled) await logs.SettledAsync(wait.DeployId, deployment, cancellation);
        return new DeploymentProgress(deployment.Status, Headline(deployment.Message), deployment.Url, deployment.IsSettled ? null : deadline);
    }

    private async Task<Deployment> PollAsync(DeployId id, Deployment deployment, CancellationToken cancellation)
    {
        var polled = await target.GetStatusAsync(deployment.Id, cancellation);
        if (polled.TryGet(out var state, out var error))
        {
            var reported = await ReportAsync(id, EvidenceSource.POLL, state.Status, state.Message, state.Url, cancellation);
            await logs.ReportedAsync(id, deployment, reported, EvidenceSource.POLL, cancellation);
            return reported;
        }

        if (error.Kind != ErrorKind.NotFound) await logs.UnansweredAsync(id, error);
        return error.Kind == ErrorKind.NotFound
            ? await ReportAsync(id, EvidenceSource.POLL, OpsStatus.FAILED, DeploymentErrors.ForgottenByTarget, null, cancellation)
            : deployment;
    }

    // A callback tells how the deployment ended, not where it is.
    private async Task<Deployment> LocateAsync(DeployId id, Deployment deployment, CancellationToken cancellation)
    {
        if (deployment is not { Status: OpsStatus.SUCCESS, Url: null }) return deployment;
        var polled = await target.GetStatusAsync(deployment.Id, cancellation);
        return polled.TryGet(out var state, out _) && state.Url is { } url ? await deployments.LocateAsync(id, url, cancellation) : deployment;
    }

    private async Task<Deployment> ReportAsync(
        DeployId id, EvidenceSource source, OpsStatus status, string message, string? url, CancellationToken cancellation) =>
        (await deployments.ReportAsync(id, new Evidence(source, status, message, time.GetUtcNow()), url, cancellation))!;

    // What follows the first line may be an agent's log, which has no place in a history.
    private static string Headline(string message) => message.Split('\n', 2)[0] is var line && line.Length > MaxHeadline ? line[..MaxHeadline] : line;
}
