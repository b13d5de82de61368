using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Orders a deployment for which the environment was held or the ops system was away, as soon as that has passed. Begins anew at
/// each turn, because that can take a day.</summary>
public static class DeploymentOrderOrchestrator
{
    [Function(nameof(DeploymentOrderOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var order = context.GetInput<DeploymentOrder>()!;
        await context.CreateTimer(order.Pause, CancellationToken.None);
        if (await DeployStage.TryOrderAsync(context, order) is { } later) context.ContinueAsNew(later);
    }
}
