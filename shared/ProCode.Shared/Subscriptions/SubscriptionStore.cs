using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Results;
using ProCode.Storage;
using ETag = Azure.ETag;

namespace ProCode.Subscriptions;

/// <summary>The subscriptions, rows of their app.</summary>
public sealed class SubscriptionStore(AppPartition rows, AppStore apps, SubscribedApps subscribed)
{
    /// <summary>The subscription, or null.</summary>
    public Task<Stored<Subscription>?> FindAsync(long appId, long id, CancellationToken cancellation) =>
        rows.FindAsync<Subscription>(appId, AppRows.Subscription(id), cancellation);

    /// <summary>The subscription, or that there is none.</summary>
    public async Task<Result<Stored<Subscription>>> GetAsync(long appId, long id, CancellationToken cancellation) =>
        await FindAsync(appId, id, cancellation) is { } found ? found : SubscriptionErrors.Missing(appId, id);

    /// <summary>All subscriptions of an app, oldest first; there are few.</summary>
    public async Task<IReadOnlyList<Subscription>> ListAsync(long appId, CancellationToken cancellation) =>
        [.. (await rows.ReadPrefixAsync(appId, AppRows.SubscriptionPrefix, cancellation)).Select(row => AppPartition.Read<Subscription>(row).Value)];

    /// <summary>Makes the subscription. Making the same id again gives what was made.</summary>
    public async Task<Result<Subscription>> CreateAsync(Subscription subscription, CancellationToken cancellation)
    {
        var appId = subscription.AppId;
        while (true)
        {
            // In this order: what is made after the list was read changes the app's row as it is here.
            if (await apps.FindAsync(appId, cancellation) is not { } app) return AppErrors.NotFound(appId);
            var present = await ListAsync(appId, cancellation);
            if (present.FirstOrDefault(other => other.Id == subscription.Id) is { } made) return made;
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
            if (present.Count >= Subscription.MaxPerApp)
                return SubscriptionErrors.TooMany.With($"An app has {Subscription.MaxPerApp} subscriptions at most; delete one that is not needed any more.");

            List<TableTransactionAction> changes =
                [AppPartition.Insert(appId, AppRows.Subscription(subscription.Id), subscription), AppStore.StaysOpen(app)];
            if (await rows.CommitAsync(appId, changes, cancellation) is null) continue;
            subscribed.Remember(appId, any: true);
            return subscription;
        }
    }

    /// <summary>Applies the change to the row as it is, unless the app is archived or <paramref name="refuse"/> has something against it. A change that gives back the
    /// same subscription was made before and writes nothing.</summary>
    public async Task<Result<Subscription>> ChangeAsync(
        long appId, long id, Func<Subscription, Error?> refuse, Func<Subscription, Subscription> change, CancellationToken cancellation)
    {
        while (true)
        {
            if (!(await GetAsync(appId, id, cancellation)).TryGet(out var found, out var error)) return error;
            var changed = change(found.Value);
            if (changed == found.Value) return changed;
            if ((await RefusalAsync(appId, cancellation) ?? refuse(found.Value)) is { } refusal) return refusal;
            if (await rows.CommitAsync(appId, [Update(changed, found.ETag)], cancellation) is not null) return changed;
        }
    }

    /// <summary>Deletes the subscription, unless the app is archived or <paramref name="refuse"/> has something against it; what is still to be delivered to it never is.</summary>
    public async Task<Result<Subscription>> DeleteAsync(long appId, long id, Func<Subscription, Error?> refuse, CancellationToken cancellation)
    {
        while (true)
        {
            if (!(await GetAsync(appId, id, cancellation)).TryGet(out var found, out var error)) return error;
            if ((await RefusalAsync(appId, cancellation) ?? refuse(found.Value)) is { } refusal) return refusal;
            if (await rows.DeleteAsync(appId, AppRows.Subscription(id), found.ETag, cancellation)) return found.Value;
        }
    }

    private async Task<Error?> RefusalAsync(long appId, CancellationToken cancellation) =>
        await apps.FindAsync(appId, cancellation) is { } app ? AppErrors.RefusalOf(app.Value) : AppErrors.NotFound(appId);

    /// <summary>The row of a changed subscription, for a transaction.</summary>
    public static TableTransactionAction Update(Subscription subscription, ETag etag) =>
        AppPartition.Update(subscription.AppId, AppRows.Subscription(subscription.Id), etag, subscription);
}
