using System.Net;

namespace ProCode.Subscriptions;

/// <summary>One attempt at a delivery: what was answered, or why nothing was. <paramref name="Answer"/> is the beginning of the answer's body.</summary>
public sealed record EventAttempt(DateTimeOffset At, int? StatusCode, string? Error, string? Answer, int DurationMs)
{
    /// <summary>How long the receiver wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the receiver has taken it.</summary>
    public bool Succeeded() => StatusCode is >= 200 and < 300;

    /// <summary>Whether the receiver wants no event ever again.</summary>
    public bool IsGone() => StatusCode == (int)HttpStatusCode.Gone;
}
