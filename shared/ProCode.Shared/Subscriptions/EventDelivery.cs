using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ProCode.Json;
using ProCode.Storage;

namespace ProCode.Subscriptions;

/// <summary>
/// An event on its way to a subscription. <paramref name="Id"/> follows from the event, so an event has one delivery for each subscription;
/// <paramref name="Payload"/> is the body of every attempt, byte for byte.
/// </summary>
public sealed partial record EventDelivery(
    string Id, long AppId, long SubscriptionId, string EventId, EventType Type, string Payload, EventDeliveryStatus Status, DateTimeOffset CreatedAt,
    DateTimeOffset NextAttemptAt)
{
    /// <summary>How many attempts are kept, the last ones.</summary>
    public const int MaxAttempts = 30;

    /// <summary>How often it was begun; grows with every replay.</summary>
    public int Round { get; init; } = 1;

    /// <summary>How often it was attempted since it was begun.</summary>
    public int Tries { get; init; }

    /// <summary>The attempts, oldest first.</summary>
    public IReadOnlyList<EventAttempt> Attempts { get; init; } = [];

    /// <summary>Why it is a dead letter.</summary>
    public string? DeadBecause { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>The id that the request of the last replay was given, so that its repetition replays nothing.</summary>
    public long? ReplayId { get; init; }

    /// <summary>True when nobody attempts it any more.</summary>
    [JsonIgnore]
    public bool IsSettled => Status != EventDeliveryStatus.PENDING;

    /// <summary>A delivery of the event, to be attempted at once.</summary>
    public static EventDelivery Of(StatusEvent told, Subscription subscription, DateTimeOffset now) => new(
        $"{InvertedId.Of(told.Timestamp.UtcTicks)}-{told.Id}", subscription.AppId, subscription.Id, told.Id, told.Type,
        JsonSerializer.Serialize(told, ProCodeJson.Options), EventDeliveryStatus.PENDING, told.Timestamp, now);

    /// <summary>Whether a text has the form of a delivery's id.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>The delivery after an attempt of a round. One that was replayed or given up meanwhile only takes note of it, unless it was taken.</summary>
    public EventDelivery After(EventAttempt attempt, int round, DateTimeOffset now)
    {
        var noted = this with { Attempts = [.. Attempts.Append(attempt).TakeLast(MaxAttempts)] };
        if (attempt.Succeeded()) return Status == EventDeliveryStatus.DELIVERED ? noted : noted.Settled(EventDeliveryEvent.Deliver, null, now);
        if (IsSettled || round != Round) return noted;
        noted = noted with { Tries = Tries + 1 };
        if (attempt.IsGone()) return noted.Settled(EventDeliveryEvent.GiveUp, "The receiver answered 410: it wants no events any more.", now);
        return EventSchedule.After(Id, noted.Tries, attempt.RetryAfter) is { } pause
            ? noted with { NextAttemptAt = now + pause }
            : noted.Settled(EventDeliveryEvent.GiveUp, $"The receiver did not take it in {noted.Tries} attempts.", now);
    }

    /// <summary>The delivery when it is over.</summary>
    public EventDelivery Settled(EventDeliveryEvent how, string? deadBecause, DateTimeOffset now) =>
        this with { Status = EventDeliveryTransitions.Table.Move(Status, how), DeadBecause = deadBecause, SettledAt = now };

    /// <summary>The delivery, begun once more.</summary>
    public EventDelivery Replayed(long replayId, DateTimeOffset now) => this with
    {
        Status = EventDeliveryTransitions.Table.Move(Status, EventDeliveryEvent.Replay),
        Round = Round + 1,
        Tries = 0,
        NextAttemptAt = now,
        DeadBecause = null,
        SettledAt = null,
        ReplayId = replayId,
    };

    [GeneratedRegex(@"\A[0-9]{19}-evt-[A-Za-z0-9-]{1,150}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
