using ProCode.Dev.Bench;

namespace ProCode.Dev.Tests.Bench;

/// <summary>The schedule of the load.</summary>
public sealed class RequestMixTests
{
    [Fact]
    public void KindOf_EveryHundredRequests_HaveTheShares()
    {
        foreach (var from in (int[])[0, 1, 4700])
        {
            var kinds = Enumerable.Range(from, 100).CountBy(RequestMix.KindOf).ToDictionary();
            Assert.Equal((61, 26, 8, 4, 1), (
                kinds[RequestKind.GetPipeline], kinds[RequestKind.GetIteration], kinds[RequestKind.ListPipelines], kinds[RequestKind.PostIteration], kinds[RequestKind.PostRelease]));
        }
    }

    [Fact]
    public void DueAt_SecondAfterSecond_IsTheRate() =>
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(3)), (RequestMix.DueAt(0), RequestMix.DueAt(1), RequestMix.DueAt(3 * RequestMix.Rate)));
}
