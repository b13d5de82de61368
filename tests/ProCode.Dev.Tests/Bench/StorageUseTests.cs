using ProCode.Dev.Bench;

namespace ProCode.Dev.Tests.Bench;

/// <summary>How round trips are reckoned from what a process has counted.</summary>
public sealed class StorageUseTests
{
    private static readonly Counters _before = Counted(new("Tables", "GET apps", 10, 20), new("Blobs", "PUT pipelines", 3, 9));

    [Fact]
    public void Since_AnEarlierCount_IsWhatWasAskedBetween()
    {
        var use = Counted(new("Tables", "GET apps", 14, 30), new("Blobs", "PUT pipelines", 3, 9), new("Tables", "DELETE apps", 2, 4)).Since(_before);

        Assert.Equal([new("Tables", "GET apps", 4, 10), new("Tables", "DELETE apps", 2, 4)], use.Operations);
        Assert.Equal((6, 0), (use.Of("Tables"), use.Of("Blobs")));
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(15, 0)]
    [InlineData(60, 0)]
    public void Of_WithIdleTraffic_TakesItOffInProportion(double seconds, double expected)
    {
        var use = Counted(new StorageOperation("Tables", "GET apps", 16, 0)).Since(_before);
        var idle = new StorageUse([new("Tables", "GET doorbells (query)", 12, 0)]);

        Assert.Equal(expected, use.Of("Tables", idle, idleSeconds: 30, seconds));
    }

    private static Counters Counted(params StorageOperation[] operations) => new(0, operations, 0, 0, 0);
}
