using ProCode.Iterations;
using static ProCode.Iterations.IterationEvent;
using static ProCode.Iterations.IterationStatus;

namespace ProCode.Shared.Tests.Iterations;

public sealed class IterationTransitionsTests
{
    [Fact]
    public void Table_Released_AcceptsNothing() =>
        Assert.DoesNotContain(Enum.GetValues<IterationEvent>(), on => IterationTransitions.Table.Allows(RELEASED, on));

    [Fact]
    public void Table_Closed_AcceptsNothing() =>
        Assert.DoesNotContain(Enum.GetValues<IterationEvent>(), on => IterationTransitions.Table.Allows(CLOSED, on));

    [Fact]
    public void Table_EveryState_CanBeReachedFromDraft()
    {
        var reached = new HashSet<IterationStatus> { DRAFT };
        for (var before = 0; before != reached.Count;)
        {
            before = reached.Count;
            foreach (var state in reached.ToList())
            {
                foreach (var on in Enum.GetValues<IterationEvent>())
                {
                    if (IterationTransitions.Table.Next(state, on) is { } next) reached.Add(next);
                }
            }
        }

        Assert.Equal(Enum.GetValues<IterationStatus>().Order(), reached.Order());
    }

    [Theory]
    [InlineData(DRAFT, EnterRelease, RELEASING)]
    [InlineData(DEVELOPING, EnterTesting, TESTING)]
    [InlineData(TESTING, EnterStaging, STAGING)]
    [InlineData(STAGING, EnterRelease, RELEASING)]
    [InlineData(RELEASING, PhaseSucceeded, RELEASED)]
    [InlineData(RELEASING, PhaseFailed, RELEASING)]
    public void Next_AsTheArchitectureSays_Leads(IterationStatus from, IterationEvent on, IterationStatus to) =>
        Assert.Equal(to, IterationTransitions.Table.Next(from, on));

    [Theory]
    [InlineData(STAGING, EnterTesting)]
    [InlineData(DRAFT, EnterStaging)]
    [InlineData(RELEASING, EnterTesting)]
    public void Next_AWayBack_IsRefused(IterationStatus from, IterationEvent on) => Assert.Null(IterationTransitions.Table.Next(from, on));
}
