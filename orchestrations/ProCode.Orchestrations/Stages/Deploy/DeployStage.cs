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
    // A run that waits for its environment is called when it is its turn, and called again until it has looked. So it looks by itself only in case the rows were
    // changed by hand, and seldom enough for thousands to wait.
    private static readonly TimeSpan LockCheckInterval = TimeSpan.FromMinutes(10);

    // An ops system that is away is asked again at growing distances.
    private static readonly TimeSpan FirstOpsInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxOpsInterval = TimeSpan.FromMinutes(1);

    /// <summary>The attempt's outcome.</summary>
    public static async Task<StageOutcome> RunAsync(TaskOrchestrationContext context, StageAttempt attempt, StageConfig config)
    {
        var deployId = new DeployId(attempt.AppId, attempt.PipelineId, attempt.Run, attempt.Attempt);
        var wait = new DeploymentWait(deployId, config.PollInterval ?? 30, config.PollTimeout ?? 1800);
        var (isOrdered, later) = await TryOrderAsync(context, new DeploymentOrder(attempt, wait, TimeSpan.Zero));
        if (later is not null)
        {
            // Whoever called since then has called nobody: the instance that hears it begins now, and looks again first.
            if (later.Unanswered == 0) later = later with { Pause = TimeSpan.Zero };
            isOrdered = await context.CallSubOrchestratorAsync<bool>(
                nameof(DeploymentOrderOrchestrator), later, OrchestrationOptions.Child(context, InstanceIds.ForOrder(deployId)));
        }

        if (!isOrdered) return StageOutcome.Failed(attempt.Stage, attempt.Attempt, PipelineErrors.RunOver.With("The run was over before anything was deployed."));

        var settled = await context.CallSubOrchestratorAsync<DeploymentProgress>(
            nameof(DeploymentWaitOrchestrator), wait, OrchestrationOptions.Child(context, InstanceIds.ForDeployment(deployId)));
        return Outcome(attempt, deployId, settled);
    }

    /// <summary>Takes the environment and orders the deployment; what is still to be ordered, and when, if one of them can't be had now.
    /// Neither when the run is over.</summary>
    internal static async Task<(bool IsOrdered, DeploymentOrder? Later)> TryOrderAsync(TaskOrchestrationContext context, DeploymentOrder order)
    {
        var prepared = await context.CallActivityAsync<PreparedDeployment>(nameof(PrepareDeploymentActivity), order.Attempt, RetryPolicies.Rows);
        if (prepared == PreparedDeployment.OVER) return (false, null);
        if (prepared == PreparedDeployment.WAITING) return (false, order with { Pause = LockCheckInterval });
        var asked = order with { Pause = OpsPause(order.Unanswered) };
        try
        {
            if (await context.CallActivityAsync<bool>(nameof(OrderDeploymentActivity), asked, RetryPolicies.Effect)) return (true, null);
        }
        catch (TaskFailedException)
        {
            // The target may have taken it, and the run been over by then: the look tells the target.
            await context.CallActivityAsync<DeploymentProgress>(nameof(CheckDeploymentActivity), order.Wait, RetryPolicies.Rows);
            throw;
        }

        return (false, asked with { Unanswered = order.Unanswered + 1 });
    }

    private static TimeSpan OpsPause(int unanswered) =>
        FirstOpsInterval * Math.Pow(2, Math.Min(unanswered, 10)) is var pause && pause < MaxOpsInterval ? pause : MaxOpsInterval;

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
