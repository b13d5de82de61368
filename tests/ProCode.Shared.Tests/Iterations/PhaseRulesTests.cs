using ProCode.Iterations;
using static ProCode.Iterations.IterationEvent;
using static ProCode.Iterations.IterationStatus;

namespace ProCode.Shared.Tests.Iterations;

/// <summary>The table of docs/iterations.md, whole: what stands in it is allowed, and nothing else is.</summary>
public sealed class PhaseRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly HashSet<(IterationStatus, PhaseStatus?, IterationEvent, bool MustMaySkip)> Allowed =
    [
        (DRAFT, null, EnterTesting, false), (DRAFT, null, EnterRelease, false), (DRAFT, null, Close, false),
        (DEVELOPING, null, EnterTesting, false), (DEVELOPING, null, EnterRelease, false), (DEVELOPING, null, Close, false),
        (TESTING, PhaseStatus.SUCCESS, EnterStaging, false), (TESTING, PhaseStatus.SUCCESS, EnterRelease, true),
        (TESTING, PhaseStatus.SUCCESS, Close, false), (TESTING, PhaseStatus.FAILED, Close, false),
        (STAGING, PhaseStatus.SUCCESS, EnterRelease, false), (STAGING, PhaseStatus.SUCCESS, Close, false), (STAGING, PhaseStatus.FAILED, Close, false),
        (RELEASING, PhaseStatus.FAILED, EnterRelease, false), (RELEASING, PhaseStatus.FAILED, Close, false),
    ];

    public static TheoryData<IterationStatus, PhaseStatus?> States()
    {
        var states = new TheoryData<IterationStatus, PhaseStatus?> { { DRAFT, null }, { DEVELOPING, null } };
        foreach (var status in new[] { TESTING, STAGING, RELEASING })
        {
            foreach (var phase in Enum.GetValues<PhaseStatus>().Where(phase => status != RELEASING || phase != PhaseStatus.SUCCESS)) states.Add(status, phase);
        }

        states.Add(RELEASED, PhaseStatus.SUCCESS);
        states.Add(CLOSED, null);
        states.Add(CLOSED, PhaseStatus.FAILED);
        return states;
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Refusal_AnyEventInAnyState_IsNoneWhereTheTableSaysSo(IterationStatus status, PhaseStatus? phase)
    {
        foreach (var on in new[] { EnterTesting, EnterStaging, EnterRelease, Close })
        {
            foreach (var maySkip in new[] { false, true })
            {
                var refusal = Given(status, phase).Refusal(on, maySkip);
                Assert.True(
                    (refusal is null) == (Allowed.Contains((status, phase, on, false)) || (maySkip && Allowed.Contains((status, phase, on, true)))),
                    $"{status}, {phase}, {on}, {maySkip}: {refusal?.Message}");
                if (refusal is null) continue;
                Assert.Equal(
                    phase is PhaseStatus.PENDING or PhaseStatus.RUNNING || !IterationTransitions.Table.Allows(status, on) ? IterationErrors.CannotAdvance : IterationErrors.PreconditionFailed,
                    refusal.Code);
            }
        }
    }

    [Fact]
    public void Refusal_OfAWayBack_SaysWhatIsPossibleInstead() =>
        Assert.Equal(
            "The iteration is TESTING; it can enter TESTING when it is DRAFT, DEVELOPING. From TESTING it can enter STAGING, RELEASE.",
            Given(TESTING, PhaseStatus.SUCCESS).Refusal(EnterTesting, maySkip: false)!.Message);

    [Fact]
    public void Refusal_WhileAPhaseRuns_NamesItsPipeline() =>
        Assert.Contains("pipeline 21", Given(STAGING, PhaseStatus.RUNNING).Refusal(Close, maySkip: false)!.Message, StringComparison.Ordinal);

    [Fact]
    public void Refusal_OfAClosedIteration_SaysWhoClosedIt()
    {
        var closed = Given(TESTING, PhaseStatus.FAILED).Closed(new IterationClosing(1, "key-7", Now));
        Assert.Contains("closed by key-7 at 2026-03-01T08:00:00", closed.Refusal(Close, maySkip: false)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_AfterAsManyPhasesAsARowHolds_Says2003()
    {
        var full = Given(RELEASING, PhaseStatus.FAILED);
        full = full with { Phases = [.. Enumerable.Repeat(full.Phases[0], Iteration.MaxPhases)] };
        Assert.Equal(IterationErrors.PreconditionFailed, full.Refusal(EnterRelease, maySkip: true)!.Code);
        Assert.Null(full.Refusal(Close, maySkip: false));
    }

    private static Iteration Given(IterationStatus status, PhaseStatus? phase) => new(7, 3, 1, "spring", status, "main", null, null,
        phase is { } stands ? [new IterationPhase(11, PhaseType.TESTING, "main", null, false, "testing", stands, 21, Now)] : [], Now, Now);
}
