using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Waits until a deployment is settled, or its time is up. It polls nothing itself (<see cref="DeploymentPolling"/>) and sleeps until it is called. The event is
/// only a nudge and may get lost: every wake-up reads the deployment's row, and until then it is called again. Begins anew at each turn, so that a long wait has a
/// short history.</summary>
public static class DeploymentWaitOrchestrator
{
    /// <summary>Raised when a deployment was settled, by callback, poll or cancel.</summary>
    public const string Settled = "DeploymentSettled";

    [Function(nameof(DeploymentWaitOrchestrator))]
    public static async Task<DeploymentProgress> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var wait = context.GetInput<DeploymentWait>()!;
        var progress = await context.CallActivityAsync<DeploymentProgress>(nameof(CheckDeploymentActivity), wait, RetryPolicies.Rows);
        if (progress.IsSettled) return progress;

        using var giveUp = new CancellationTokenSource();
        var settled = context.WaitForExternalEvent<string>(Settled, giveUp.Token);
        var timer = context.CreateTimer(progress.LookAgainAt!.Value.UtcDateTime, giveUp.Token);
        await Task.WhenAny(settled, timer);
        giveUp.Cancel();

        context.ContinueAsNew(wait);
        return progress;
    }
}
