namespace ProCode.Repos;

/// <summary>How patient <see cref="GitCalls"/> is. Tests choose other values.</summary>
internal sealed record GitCallLimits
{
    /// <summary>A whole call, retries included.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before a retry; the next ones grow from it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause that a host may ask for within a call; when it asks for more, the caller hears so.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many calls within 30 s, half of them failures, open a host's circuit.</summary>
    public int CircuitCalls { get; init; } = 10;

    /// <summary>How long an open circuit stays open.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(15);
}
