using ProCode.Deployments;

namespace ProCode.Shared.Tests.Deployments;

public sealed class RollbackSearchTests
{
    /// <summary>Deployments by fence, from 1: a letter is the digest of one that succeeded, a dot one that didn't.</summary>
    [Theory]
    [InlineData("ab", 2, 1)]
    [InlineData("abb", 3, 1)] // The same image again is no way back.
    [InlineData("ab..", 2, 1)] // What never ran is not current.
    [InlineData("a.b", 3, 1)]
    [InlineData("aba", 3, 2)] // Rolled back already: back to where it began.
    [InlineData("abcb", 4, 3)]
    [InlineData("aaaa", 4, null)]
    [InlineData("a", 1, null)]
    [InlineData("..", null, null)]
    public void Add_AllOfThePast_FindsTheNewestSuccessWithAnotherImage(string past, int? current, int? target)
    {
        var search = new RollbackSearch(past.Length);
        Assert.Equal(target is not null, search.Add(Past(past)));
        Assert.Equal((current, target), ((int?)search.Current?.Fence, (int?)search.Target?.Fence));
    }

    [Fact]
    public void Add_PieceByPiece_IsDecidedNoSoonerThanNothingCanBeMissing()
    {
        var past = Past("abcd");
        var search = new RollbackSearch(4);
        Assert.False(search.Add([past[0], past[1]])); // Two that differ, but there are newer ones.
        Assert.False(search.Add([past[3]])); // The current one; what lies between?
        Assert.True(search.Add([past[2]]));
        Assert.Equal((4, 3), (search.Current!.Fence, search.Target!.Fence));
    }

    [Fact]
    public void Add_ANewerOneThanWasKnown_Counts()
    {
        var past = Past("abc");
        var search = new RollbackSearch(2);
        Assert.False(search.Add([past[2], past[0]]));
        Assert.True(search.Add([past[1]]));
        Assert.Equal((3, 2), (search.Current!.Fence, search.Target!.Fence));
    }

    [Fact]
    public void Add_Nothing_DecidesNothing()
    {
        var search = new RollbackSearch(3);
        Assert.False(search.Add([]));
        Assert.Equal((null, null), (search.Current, search.Target));
    }

    private static IReadOnlyList<Deployment> Past(string past) => [.. past.Select((letter, at) => New(at + 1, letter))];

    private static Deployment New(int fence, char letter) => new(
        $"deploy-1-{fence}-1-1", 1, fence, "production", fence, "image", $"sha256:{letter}",
        new DeploymentConfig(new Dictionary<string, string>(), "1", "1Gi", 1, 8080, "/health"), "",
        letter == '.' ? OpsStatus.FAILED : OpsStatus.SUCCESS, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
}
