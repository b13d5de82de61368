using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Subscriptions;

/// <summary>Attempts a delivery until it is over. Its row knows the schedule; a replay is a round of its own, and whoever wakes up in an earlier one ends.</summary>
public static class EventDeliveryOrchestrator
{
    private static readonly TimeSpan StorageAway = TimeSpan.FromMinutes(5);

    [Function(nameof(EventDeliveryOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var delivery = context.GetInput<EventDeliveryRequest>()!;
        var next = await AttemptAsync(context, delivery);
        while (next is { At: { } at })
        {
            await context.CreateTimer(at.UtcDateTime, CancellationToken.None);
            next = await AttemptAsync(context, delivery);
        }

        if (next is not null) return;
        await context.CreateTimer(StorageAway, CancellationToken.None);
        context.ContinueAsNew(delivery);
    }

    // Null when our own storage stays away: the row then still says what comes next.
    private static async Task<NextEventAttempt?> AttemptAsync(TaskOrchestrationContext context, EventDeliveryRequest delivery)
    {
        try
        {
            return await context.CallActivityAsync<NextEventAttempt>(nameof(AttemptEventDeliveryActivity), delivery, RetryPolicies.Rows);
        }
        catch (TaskFailedException)
        {
            return null;
        }
    }
}
