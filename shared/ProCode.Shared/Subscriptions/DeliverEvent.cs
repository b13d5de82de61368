using System.Security.Cryptography;
using Azure.Data.Tables;
using ProCode.Credentials;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>Attempts a delivery when its time has come. The row decides: what was delivered, given up or begun anew meanwhile is not sent.</summary>
public sealed class DeliverEvent(
    AppPartition rows, EventDeliveryStore deliveries, SubscriptionStore subscriptions, EventSender sender, SecretProtector secrets, TimeProvider time)
{
    /// <summary>The delivery after the attempt, or as it is when there is nothing to do now. Null when it is gone.</summary>
    public async Task<EventDelivery?> RunAsync(Stored<EventDelivery> stored, int round, CancellationToken cancellation)
    {
        var delivery = stored.Value;
        var (appId, id) = (delivery.AppId, delivery.Id);
        if (delivery.IsSettled || delivery.Round != round || time.GetUtcNow() < delivery.NextAttemptAt) return delivery;

        var subscription = (await subscriptions.FindAsync(appId, delivery.SubscriptionId, cancellation))?.Value;
        if (subscription is null) return await GiveUpAsync(stored, round, "The subscription was deleted.", cancellation);
        if (!subscription.Enabled) return await GiveUpAsync(stored, round, "The subscription is disabled.", cancellation);

        var attempt = await AttemptAsync(subscription, delivery, cancellation);

        // It is sent; that this process is asked to stop is no reason to forget it.
        while (true)
        {
            var now = time.GetUtcNow();
            var after = stored.Value.After(attempt, round, now);
            List<TableTransactionAction> changes = [EventDeliveryStore.Update(after, stored.ETag)];
            if (attempt.IsGone() && await DisabledAsync(subscription, now) is { } disabled) changes.Add(disabled);
            if (await rows.CommitAsync(appId, changes, CancellationToken.None) is not null) return after;
            if (await deliveries.FindAsync(appId, delivery.SubscriptionId, id, CancellationToken.None) is not { } current) return null;
            if (current.Value.Attempts.Contains(attempt)) return current.Value; // Our own write, whose answer was lost.
            stored = current;
        }
    }

    private async Task<EventAttempt> AttemptAsync(Subscription subscription, EventDelivery delivery, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var signing = new List<string>();
        foreach (var secret in subscription.ProtectedSecretsAt(now))
        {
            try
            {
                signing.Add(await secrets.UnprotectAsync(secret, Subscription.SecretPurpose(subscription.AppId, subscription.Id), cancellation));
            }
            catch (CryptographicException)
            {
                // Its key is gone for good. That is no reason to try for ever, nor to leave out a signature with the other secret.
            }
        }

        return signing.Count > 0
            ? await sender.SendAsync(subscription.Url, delivery.EventId, delivery.Payload, signing, cancellation)
            : new EventAttempt(now, null, "The subscription's secret can't be opened any more; rotate it.", null, 0);
    }

    // What was said of one URL says nothing of another that the subscription may have by now.
    private async Task<TableTransactionAction?> DisabledAsync(Subscription called, DateTimeOffset now)
    {
        if (await subscriptions.FindAsync(called.AppId, called.Id, CancellationToken.None) is not { Value.Enabled: true } found || found.Value.Url != called.Url) return null;
        var disabled = found.Value with { Enabled = false, DisabledBecause = "The receiver answered 410: it wants no events any more.", UpdatedAt = now };
        return SubscriptionStore.Update(disabled, found.ETag);
    }

    private async Task<EventDelivery?> GiveUpAsync(Stored<EventDelivery> stored, int round, string why, CancellationToken cancellation)
    {
        for (Stored<EventDelivery>? found = stored; found is not null;)
        {
            if (found.Value.IsSettled || found.Value.Round != round) return found.Value;
            var dead = found.Value.Settled(EventDeliveryEvent.GiveUp, why, time.GetUtcNow());
            if (await rows.CommitAsync(dead.AppId, [EventDeliveryStore.Update(dead, found.ETag)], cancellation) is not null) return dead;
            found = await deliveries.FindAsync(dead.AppId, dead.SubscriptionId, dead.Id, cancellation);
        }

        return null;
    }
}
