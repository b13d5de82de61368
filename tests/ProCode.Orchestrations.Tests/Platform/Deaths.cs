using System.Globalization;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>At which writes the process of a test dies: an even number is right before a write, an odd one right after. Every push takes every third, from a random one on,
/// which PROCODE_SEED repeats; PROCODE_DEEP=1 takes all.</summary>
internal static class Deaths
{
    // Odd, so that it comes to deaths before a write and after one.
    private const int Stride = 3;

    private static readonly bool IsDeep = Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PROCODE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next(1_000_000);

    /// <summary>Has no end of its own: the test ends when its process has not died any more.</summary>
    public static IEnumerable<int> Numbers()
    {
        for (var death = IsDeep ? 0 : Seed % Stride; ; death += IsDeep ? 1 : Stride)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"death {death}, seed {Seed}");
            yield return death;
        }
    }
}
