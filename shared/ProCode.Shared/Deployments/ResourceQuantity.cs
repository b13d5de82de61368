using System.Globalization;
using System.Text.RegularExpressions;

namespace ProCode.Deployments;

/// <summary>Amounts of processor and memory as Kubernetes writes them: a number with at most three decimals and a suffix.</summary>
public static partial class ResourceQuantity
{
    /// <summary>What an amount of processor must be, for people.</summary>
    public const string CpuRule = "must be an amount of cores such as 500m or 1.5, from 10m to 64";

    /// <summary>What an amount of memory must be, for people.</summary>
    public const string MemoryRule = "must be an amount of bytes such as 512Mi or 2Gi (also k, M, G, Ki), from 16Mi to 512Gi";

    private static readonly Dictionary<string, decimal> CpuUnits = new(StringComparer.Ordinal) { [""] = 1, ["m"] = 0.001m };

    private static readonly Dictionary<string, decimal> MemoryUnits = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["k"] = 1000,
        ["M"] = 1000 * 1000,
        ["G"] = 1000 * 1000 * 1000,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
    };

    /// <summary>True for an amount of cores within the limits.</summary>
    public static bool IsCpu(string text) => Amount(text, CpuUnits) is >= 0.01m and <= 64;

    /// <summary>True for an amount of bytes within the limits.</summary>
    public static bool IsMemory(string text) => Amount(text, MemoryUnits) is >= 16L << 20 and <= 512L << 30;

    private static decimal? Amount(string text, Dictionary<string, decimal> units)
    {
        var match = Pattern().Match(text);
        return match.Success && units.TryGetValue(match.Groups[2].Value, out var unit)
            ? decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * unit
            : null;
    }

    [GeneratedRegex(@"\A([0-9]{1,15}(?:\.[0-9]{1,3})?)([A-Za-z]{0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
