using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Orders a deployment for which the environment was held or the ops system was away, as soon as that has passed. Begins anew at
/// each turn, because that can take a day. False when the run was over first.</summary>
public static class DeploymentOrderOrchestrator
{
    /// <summary>Raised when it is the pipeline's turn at the environment, or the pipeline was canceled.</summary>
    public const string Free = "EnvironmentFree";

    [Function(nameof(DeploymentOrderOrchestrator))]
    public static async Task<bool> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var order = context.GetInput<DeploymentOrder>()!;
        if (order.Pause > TimeSpan.Zero)
        {
            using var giveUp = new CancellationTokenSource();
            var free = context.WaitForExternalEvent<string>(Free, giveUp.Token);
            await Task.WhenAny(free, context.CreateTimer(context.CurrentUtcDateTime + order.Pause, giveUp.Token));
            giveUp.Cancel();
        }

        var (isOrdered, later) = await DeployStage.TryOrderAsync(context, order);
        if (later is not null) context.ContinueAsNew(later);
        return isOrdered;
    }
}
