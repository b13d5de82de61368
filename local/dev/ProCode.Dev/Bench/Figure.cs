namespace ProCode.Dev.Bench;

/// <summary>One measured quantity, and how many samples it sums up.</summary>
internal sealed record Figure(double Median, double Min, double Max, string Unit, int Samples = 1)
{
    /// <summary>Sums up samples; there is at least one.</summary>
    public static Figure Of(IEnumerable<double> samples, string unit)
    {
        var sorted = samples.Order().ToArray();
        return new Figure(Round(Percentile(sorted, 50)), Round(sorted[0]), Round(sorted[^1]), unit, sorted.Length);
    }

    /// <summary>A percentile of samples; there is at least one. Min and max are those of all samples.</summary>
    public static Figure PercentileOf(IEnumerable<double> samples, double percent, string unit)
    {
        var sorted = samples.Order().ToArray();
        return new Figure(Round(Percentile(sorted, percent)), Round(sorted[0]), Round(sorted[^1]), unit, sorted.Length);
    }

    /// <summary>The nearest-rank percentile of ascending samples.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double percent) =>
        sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];

    private static double Round(double value) => Math.Round(value, 2);
}
