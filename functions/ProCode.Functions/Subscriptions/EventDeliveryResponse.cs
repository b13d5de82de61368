using System.Text.Json;
using ProCode.Subscriptions;

namespace ProCode.Functions.Subscriptions;

/// <summary>A delivery as clients see it, with the event as it is sent.</summary>
internal sealed record EventDeliveryResponse(
    string Id, string EventId, EventType Type, EventDeliveryStatus Status, int Round, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt,
    DateTimeOffset? SettledAt, string? DeadBecause, IReadOnlyList<EventAttemptResponse> Attempts, JsonElement Event)
{
    public static EventDeliveryResponse From(EventDelivery delivery)
    {
        using var payload = JsonDocument.Parse(delivery.Payload);
        return new(
            delivery.Id, delivery.EventId, delivery.Type, delivery.Status, delivery.Round, delivery.CreatedAt, delivery.IsSettled ? null : delivery.NextAttemptAt,
            delivery.SettledAt, delivery.DeadBecause,
            [.. delivery.Attempts.Select(attempt => new EventAttemptResponse(attempt.At, attempt.StatusCode, attempt.Error, attempt.Answer, attempt.DurationMs))],
            payload.RootElement.Clone());
    }
}

/// <summary>An attempt: what was answered, or why nothing was.</summary>
internal sealed record EventAttemptResponse(DateTimeOffset At, int? StatusCode, string? Error, string? Answer, int DurationMs);
