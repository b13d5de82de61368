using System.Globalization;

namespace ProCode.Subscriptions;

/// <summary>The ping that was asked for last: the id that its request was given and the delivery that it made.</summary>
public sealed record PingMark(long Id, string DeliveryId);

/// <summary>
/// Someone who wants to be told of an app's events. <paramref name="Events"/> are the names of event types, or <see cref="AllEvents"/>. Secrets are encrypted for
/// <see cref="SecretPurpose"/>.
/// </summary>
public sealed record Subscription(
    long Id, long AppId, string Url, IReadOnlyList<string> Events, string? Description, bool Enabled, string ProtectedSecret, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Stands for every type of event, also for those that are yet to come.</summary>
    public const string AllEvents = "*";

    /// <summary>The most subscriptions that an app is given.</summary>
    public const int MaxPerApp = 20;

    private const int RememberedRotations = 20;

    /// <summary>How long a replaced secret goes on signing beside the new one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Why we disabled it; null when it is enabled or a person disabled it.</summary>
    public string? DisabledBecause { get; init; }

    /// <summary>The secret before this one.</summary>
    public string? RetiredSecret { get; init; }

    /// <summary>Until when the retired secret signs too.</summary>
    public DateTimeOffset? RetiredUntil { get; init; }

    /// <summary>The ids that the requests of the last rotations were given, the newest last, so that their repetition rotates nothing.</summary>
    public IReadOnlyList<long> Rotations { get; init; } = [];

    /// <summary>The last ping.</summary>
    public PingMark? LastPing { get; init; }

    /// <summary>What the secrets of a subscription are encrypted for.</summary>
    public static string SecretPurpose(long appId, long id) => string.Create(CultureInfo.InvariantCulture, $"app/{appId}/subscription/{id}");

    /// <summary>Whether it wants to be told of this; what happened before it was made is not for it.</summary>
    public bool Wants(StatusEvent told) => told.Timestamp >= CreatedAt && Wants(told.Type);

    /// <summary>Whether it wants to be told of such events.</summary>
    public bool Wants(EventType type) => Enabled && (Events.Contains(AllEvents) || Events.Contains(Json.EnumNames.NameOf(type)));

    /// <summary>The secrets, encrypted, that deliveries are signed with now; the current one first.</summary>
    public IReadOnlyList<string> ProtectedSecretsAt(DateTimeOffset now) =>
        RetiredSecret is not null && now < RetiredUntil ? [ProtectedSecret, RetiredSecret] : [ProtectedSecret];

    /// <summary>The subscription with another secret; the one before signs for a while longer.</summary>
    public Subscription Rotated(string protectedSecret, long rotationId, DateTimeOffset now) => this with
    {
        ProtectedSecret = protectedSecret,
        RetiredSecret = ProtectedSecret,
        RetiredUntil = now + Overlap,
        Rotations = [.. Rotations.Append(rotationId).TakeLast(RememberedRotations)],
        UpdatedAt = now,
    };
}
