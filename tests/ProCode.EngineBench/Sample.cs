using System.Globalization;

namespace ProCode.EngineBench;

/// <summary>One sample of a figure, said on stdout as <c>sample NAME VALUE</c> for the command that started this.</summary>
internal static class Sample
{
    public static void Say(string name, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sample {name} {value:R}"));

    /// <summary>The nearest-rank percentile of samples; there is at least one.</summary>
    public static double Percentile(IEnumerable<double> samples, double percent)
    {
        var sorted = samples.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
