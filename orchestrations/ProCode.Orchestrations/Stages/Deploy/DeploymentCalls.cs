using Microsoft.DurableTask.Client;
using ProCode.Deployments;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Takes what an ops system calls back with, and calls the run that waits for it.</summary>
public sealed class DeploymentCalls(DeploymentStore deployments, DeploymentPolls polls, IDeploymentTarget target, TimeProvider time)
{
    /// <summary>Records a report. That the run must be called is written down before one that settles the deployment is, so that a death in between, or a call that is
    /// not heard, is made up for by the next passes of <see cref="DeploymentPolling"/>.</summary>
    public async Task<Deployment?> TakeAsync(DeployId id, Stored<Deployment> found, Evidence evidence, CancellationToken cancellation)
    {
        if (!found.Value.IsSettled && evidence.Status.IsSettled())
            await polls.AddAsync(target.Name, DeploymentPoll.Call(id, time.GetUtcNow()), cancellation);
        return await deployments.ReportAsync(id, evidence, url: null, cancellation, found);
    }

    /// <summary>Calls the run that waits for the deployment.</summary>
    public static Task CallAsync(DurableTaskClient durable, DeployId id, CancellationToken cancellation) =>
        durable.TryCallAsync(InstanceIds.ForDeployment(id), DeploymentWaitOrchestrator.Settled, id.ToString(), cancellation);
}
