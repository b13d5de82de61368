using Microsoft.Azure.Functions.Worker;
using ProCode.Deployments;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Looks at a deployment's row, and, while it isn't settled, asks the ops system; what it says goes to the row first. A deployment
/// whose time is up is settled as TIMEOUT.</summary>
public sealed class CheckDeploymentActivity(DeploymentStore deployments, IDeploymentTarget target, TimeProvider time)
{
    [Function(nameof(CheckDeploymentActivity))]
    public async Task<DeploymentProgress> Run([ActivityTrigger] DeploymentWait wait, CancellationToken cancellation)
    {
        var deployment = (await deployments.GetAsync(wait.DeployId, cancellation)).Value;
        if (deployment.IsSettled) return Progress(await LocateAsync(wait.DeployId, deployment, cancellation), null);

        var polled = await target.GetStatusAsync(deployment.Id, cancellation);
        var now = time.GetUtcNow();
        if (polled.TryGet(out var state, out var error))
        {
            deployment = await ReportAsync(wait.DeployId, EvidenceSource.POLL, state.Status, state.Message, state.Url, cancellation);
        }
        else if (error.Kind == ErrorKind.NotFound)
        {
            deployment = await ReportAsync(wait.DeployId, EvidenceSource.POLL, OpsStatus.FAILED, "The ops system doesn't know this deployment any more.", null, cancellation);
        }

        var deadline = (deployment.AcceptedAt ?? deployment.CreatedAt).AddSeconds(wait.PollTimeout);
        if (!deployment.IsSettled && now >= deadline)
        {
            deployment = await ReportAsync(
                wait.DeployId, EvidenceSource.TIMEOUT, OpsStatus.TIMEOUT, $"Not up after {wait.PollTimeout} s: {deployment.Message}", null, cancellation);
            await target.CancelAsync(deployment.Id, cancellation);
        }

        var next = now.AddSeconds(wait.PollInterval);
        return Progress(deployment, next < deadline ? next : deadline);
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

    private static DeploymentProgress Progress(Deployment deployment, DateTimeOffset? lookAgainAt) =>
        new(deployment.Status, deployment.Message, deployment.Url, deployment.IsSettled ? null : lookAgainAt);
}
