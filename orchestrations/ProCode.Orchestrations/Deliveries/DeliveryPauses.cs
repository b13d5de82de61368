namespace ProCode.Orchestrations.Deliveries;

/// <summary>How long a delivery waits for a git host that doesn't answer: half a minute at first, twice as long each time up to an hour, a day in all.</summary>
public static class DeliveryPauses
{
    /// <summary>How often a delivery is tried.</summary>
    public const int Tries = 31;

    private const int Doublings = 7;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The pause after so many tries.</summary>
    public static TimeSpan After(int tries) => tries > Doublings ? Longest : First * (1 << (tries - 1));
}
