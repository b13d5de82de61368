using ProCode.Credentials;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.Subscriptions;

/// <summary>A subscription and its secret, which is shown now and never again; null when a later rotation has replaced it.</summary>
public sealed record SubscriptionWithSecret(Subscription Subscription, string? Secret)
{
    // A record would print the secret.
    public override string ToString() => nameof(SubscriptionWithSecret);
}

/// <summary>Makes and rotates the secrets of subscriptions. An answer with a secret is kept nowhere: who repeats the request under its key is shown the secret from the row.</summary>
public sealed class SubscriptionSecrets(SubscriptionStore subscriptions, SecretProtector secrets, TimeProvider time)
{
    /// <summary>Makes a subscription with a new secret. Making the same id again shows the secret again, as long as it is still the first.</summary>
    public async Task<Result<SubscriptionWithSecret>> CreateAsync(long appId, long id, SubscriptionChange change, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var subscription = new Subscription(
            id, appId, change.Url, change.Events, change.Description, change.Enabled, await NewAsync(appId, id, cancellation), now, now);
        if (!(await subscriptions.CreateAsync(subscription, cancellation)).TryGet(out var made, out var error)) return error;
        return await ShowAsync(made, made.Rotations.Count == 0, cancellation);
    }

    /// <summary>Gives a subscription a new secret. Doing it again under the same <paramref name="rotationId"/> rotates nothing more and shows the secret again, as long as it is the newest.</summary>
    public async Task<Result<SubscriptionWithSecret>> RotateAsync(long appId, long id, long rotationId, CancellationToken cancellation)
    {
        var fresh = await NewAsync(appId, id, cancellation);
        var changed = await subscriptions.ChangeAsync(
            appId, id, _ => null, found => found.Rotations.Contains(rotationId) ? found : found.Rotated(fresh, rotationId, time.GetUtcNow()), cancellation);
        return changed.TryGet(out var rotated, out var error) ? await ShowAsync(rotated, rotated.Rotations[^1] == rotationId, cancellation) : error;
    }

    private Task<string> NewAsync(long appId, long id, CancellationToken cancellation) =>
        secrets.ProtectAsync(StandardWebhook.NewSecret(), Subscription.SecretPurpose(appId, id), cancellation);

    private async Task<SubscriptionWithSecret> ShowAsync(Subscription subscription, bool show, CancellationToken cancellation) => new(
        subscription,
        show ? await secrets.UnprotectAsync(subscription.ProtectedSecret, Subscription.SecretPurpose(subscription.AppId, subscription.Id), cancellation) : null);
}
