namespace ProCode.Dev.Bench;

/// <summary>One measured quantity.</summary>
internal sealed record Figure(double Median, double Min, double Max, string Unit)
{
    /// <summary>Sums up samples; there is at least one.</summary>
    public static Figure Of(IEnumerable<double> samples, string unit)
    {
        var sorted = samples.Order().ToArray();
        return new Figure(Round(Percentile(sorted, 50)), Round(sorted[0]), Round(sorted[^1]), unit);
    }

    /// <summary>The nearest-rank percentile of ascending samples.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double percent) =>
        sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];

    private static double Round(double value) => Math.Round(value, 2);
}
