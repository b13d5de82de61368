using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>A subscription as clients see it, without its secret.</summary>
internal sealed record SubscriptionResponse(
    long Id, long AppId, string Url, IReadOnlyList<string> Events, string? Description, bool Enabled, string? DisabledBecause,
    DateTimeOffset? OldSecretGoodUntil, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static SubscriptionResponse From(Subscription subscription) => new(
        subscription.Id, subscription.AppId, subscription.Url, subscription.Events, subscription.Description, subscription.Enabled, subscription.DisabledBecause,
        subscription.RetiredUntil, subscription.CreatedAt, subscription.UpdatedAt);
}

/// <summary>A subscription with its secret, which is shown this once.</summary>
internal sealed record SubscriptionWithSecretResponse(
    long Id, long AppId, string Url, IReadOnlyList<string> Events, string? Description, bool Enabled, DateTimeOffset? OldSecretGoodUntil, string? Secret,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static SubscriptionWithSecretResponse From(SubscriptionWithSecret made)
    {
        var shown = made.Subscription;
        return new(
            shown.Id, shown.AppId, shown.Url, shown.Events, shown.Description, shown.Enabled, shown.RetiredUntil, made.Secret, shown.CreatedAt, shown.UpdatedAt);
    }

    // A record would print the secret.
    public override string ToString() => nameof(SubscriptionWithSecretResponse);
}
