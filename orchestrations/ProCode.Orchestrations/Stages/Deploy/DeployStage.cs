using Microsoft.DurableTask;
using ProCode.Deployments;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>DEPLOY: take the environment, write the deployment's row, order it from the ops system, and wait for it to settle, by callback or
/// poll, whichever comes first.</summary>
public static class DeployStage
{
    // How soon a run that waits for its environment sees that it is free.
    private static readonly TimeSpan LockCheckInterval = TimeSpan.FromSeconds(5);

    // An ops system that is away is asked again at growing distances.
    private static readonly TimeSpan FirstOpsInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxOpsInterval = TimeSpan.FromMinutes(1);

    /// <summary>The attempt's outcome.</summary>
    public static async Task<StageOutcome> RunAsync(TaskOrchestrationContext context, StageAttempt attempt, StageConfig config)
    {
        var deployId = new DeployId(attempt.AppId, attempt.PipelineId, attempt.Run, attempt.Attempt);
        var wait = new DeploymentWait(deployId, config.PollInterval ?? 30, config.PollTimeout ?? 1800);
        if (await TryOrderAsync(context, new DeploymentOrder(attempt, wait, TimeSpan.Zero)) is { } later)
        {
            await context.CallSubOrchestratorAsync(
                nameof(DeploymentOrderOrchestrator), later, OrchestrationOptions.Child(context, InstanceIds.ForOrder(deployId)));
        }

        var settled = await context.CallSubOrchestratorAsync<DeploymentProgress>(
            nameof(DeploymentWaitOrchestrator), wait, OrchestrationOptions.Child(context, InstanceIds.ForDeployment(deployId)));
        return Outcome(attempt, deployId, settled);
    }

    /// <summary>Takes the environment and orders the deployment; what is still to be ordered, and when, if one of them can't be had now.</summary>
    internal static async Task<DeploymentOrder?> TryOrderAsync(TaskOrchestrationContext context, DeploymentOrder order)
    {
        if (!await context.CallActivityAsync<bool>(nameof(PrepareDeploymentActivity), order.Attempt, RetryPolicies.Rows))
            return order with { Pause = LockCheckInterval };
        if (await context.CallActivityAsync<bool>(nameof(OrderDeploymentActivity), order.Wait, RetryPolicies.Effect)) return null;
        var longer = order.Pause * 2;
        return order with { Pause = longer < FirstOpsInterval ? FirstOpsInterval : longer < MaxOpsInterval ? longer : MaxOpsInterval };
    }

    private static StageOutcome Outcome(StageAttempt attempt, DeployId deployId, DeploymentProgress settled)
    {
        var outcome = settled.Status switch
        {
            OpsStatus.SUCCESS => StageOutcome.Success(attempt.Stage, attempt.Attempt, new DeployOutput(deployId.ToString(), settled.Url)),
            OpsStatus.TIMEOUT => Failed(DeploymentErrors.TimedOut.With(settled.Message)),
            OpsStatus.CANCELED => Failed(DeploymentErrors.Canceled.With(settled.Message)),
            OpsStatus.FAILED or OpsStatus.PENDING or OpsStatus.RUNNING => Failed(DeploymentErrors.FromTarget(settled.Message)),
        };
        return outcome with { DeployStatus = settled.Status.ForPipeline() };

        StageOutcome Failed(Results.Error error) => StageOutcome.Failed(attempt.Stage, attempt.Attempt, error);
    }
}
