using ProCode.Storage;

namespace ProCode.Shared.Tests.Storage;

public sealed class InvertedIdTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(9, 10)]
    [InlineData(99_999, 100_000)]
    [InlineData(1, long.MaxValue)]
    public void Of_GreaterId_SortsFirst(long smaller, long greater)
    {
        Assert.True(string.CompareOrdinal(InvertedId.Of(greater), InvertedId.Of(smaller)) < 0);
        Assert.Equal(InvertedId.Of(smaller).Length, InvertedId.Of(greater).Length);
    }
}
