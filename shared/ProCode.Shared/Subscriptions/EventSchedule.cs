using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProCode.Subscriptions;

/// <summary>When a delivery that failed is attempted again: ten attempts within about 76 hours. Each pause is up to a tenth longer, by a share that follows from the
/// delivery, so that what failed together doesn't come back together.</summary>
public static class EventSchedule
{
    /// <summary>The longest pause that a receiver can ask for.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private const double Jitter = 0.1;

    /// <summary>The pauses after the first attempt, the second, and so on.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The pause after so many attempts, or null when that was the last.</summary>
    public static TimeSpan? After(string deliveryId, int attempts, TimeSpan? retryAfter)
    {
        if (attempts > Pauses.Count) return null;
        var pause = Pauses[attempts - 1] * (1 + (Jitter * ShareOf(deliveryId, attempts)));
        var wanted = retryAfter > LongestRetryAfter ? LongestRetryAfter : retryAfter;
        return wanted > pause ? wanted.Value : pause;
    }

    private static double ShareOf(string deliveryId, int attempts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{deliveryId}\n{attempts}")));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue;
    }
}
