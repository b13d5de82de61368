using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using ProCode.Pipelines;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Subscriptions;

/// <summary>Attempts a delivery if its row says that it is time to, and says when the next attempt is.</summary>
public sealed class AttemptEventDeliveryActivity(EventDeliveryStore deliveries, DeliverEvent deliver, Outbox outbox, ILogger<AttemptEventDeliveryActivity> logger)
{
    [Function(nameof(AttemptEventDeliveryActivity))]
    public async Task<NextEventAttempt> Run([ActivityTrigger] EventDeliveryRequest input, CancellationToken cancellation)
    {
        var (appId, subscriptionId, id, round) = input;
        if (await deliveries.FindAsync(appId, subscriptionId, id, cancellation) is not { } before) return await OverAsync();

        // The start is paid; a later attempt needs no look at that.
        if (before.Value.Tries == 0) await outbox.ForgetAsync(appId, EventDeliveryStore.Debt(subscriptionId, id, round), cancellation);
        var after = await deliver.RunAsync(before, round, cancellation);
        if (after is null || after.IsSettled || after.Round != round)
        {
            if (after is { IsSettled: true } && !before.Value.IsSettled) EventDeliveryLog.Settled(logger, appId, subscriptionId, id, after.Status, after.Tries, after.DeadBecause);
            return new NextEventAttempt(null);
        }

        if (after.Tries > before.Value.Tries)
            EventDeliveryLog.NotTaken(logger, appId, subscriptionId, id, after.Attempts[^1].StatusCode, after.Attempts[^1].Error, after.NextAttemptAt);
        return new NextEventAttempt(after.NextAttemptAt);

        async Task<NextEventAttempt> OverAsync()
        {
            await outbox.ForgetAsync(appId, EventDeliveryStore.Debt(subscriptionId, id, round), cancellation);
            return new NextEventAttempt(null);
        }
    }
}
