using ProCode.Dev.Bench;

namespace ProCode.Dev.Tests.Bench;

/// <summary>What the benchmark's table says about its samples.</summary>
public sealed class FigureTests
{
    [Fact]
    public void Of_Samples_TakesMedianMinAndMax() => Assert.Equal(new Figure(3, 1, 10, "ms", 3), Figure.Of([10, 1, 3], "ms"));

    [Fact]
    public void PercentileOf_Samples_KeepsTheExtremesBeside() =>
        Assert.Equal(new Figure(95, 1, 100, "ms", 100), Figure.PercentileOf(Enumerable.Range(1, 100).Reverse().Select(n => (double)n), 95, "ms"));

    [Theory]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void Percentile_HundredSamples_IsTheNearestRank(double percent, double expected) =>
        Assert.Equal(expected, Figure.Percentile([.. Enumerable.Range(1, 100).Select(n => (double)n)], percent));
}
