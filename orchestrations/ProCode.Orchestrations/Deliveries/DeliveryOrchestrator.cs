using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Deliveries;

/// <summary>Applies a delivery, with growing pauses as long as its git host, or our own storage, doesn't answer.</summary>
public static class DeliveryOrchestrator
{
    [Function(nameof(DeliveryOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var delivery = context.GetInput<DeliveryRequest>()!;
        for (var tries = 1; tries <= DeliveryPauses.Tries; tries++)
        {
            if (await TryAsync(tries == DeliveryPauses.Tries)) return;
            await context.CreateTimer(DeliveryPauses.After(tries), CancellationToken.None);
        }

        async Task<bool> TryAsync(bool isLast)
        {
            try
            {
                return await context.CallActivityAsync<bool>(
                    nameof(ApplyDeliveryActivity), new DeliveryTry(delivery, isLast), RetryPolicies.Effect);
            }
            catch (TaskFailedException) when (!isLast)
            {
                return false;
            }
        }
    }
}
