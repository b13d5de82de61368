using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Stages.Deploy;

namespace ProCode.Functions.Deployments;

/// <summary>Every 5 seconds: polls the deployments that are due. No poll interval is shorter in effect.</summary>
public sealed class PollDeployments(DeploymentPolling polling)
{
    [Function(nameof(PollDeployments))]
    public Task Run([TimerTrigger("*/5 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation) =>
        polling.RunAsync(durable, cancellation);
}
