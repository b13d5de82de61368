using ProCode.Transitions;
using static ProCode.Iterations.IterationEvent;
using static ProCode.Iterations.IterationStatus;

namespace ProCode.Iterations;

/// <summary>The life of an iteration. Conditions on the current phase come on top (<see cref="Iteration.Refusal"/>).</summary>
public static class IterationTransitions
{
    public static readonly TransitionTable<IterationStatus, IterationEvent> Table = new(
        (DRAFT, Develop, DEVELOPING),
        (DRAFT, EnterTesting, TESTING),
        (DRAFT, EnterRelease, RELEASING),
        (DRAFT, Close, CLOSED),

        (DEVELOPING, Develop, DEVELOPING),
        (DEVELOPING, EnterTesting, TESTING),
        (DEVELOPING, EnterRelease, RELEASING),
        (DEVELOPING, Close, CLOSED),

        (TESTING, EnterStaging, STAGING),
        (TESTING, EnterRelease, RELEASING),
        (TESTING, PhaseSucceeded, TESTING),
        (TESTING, PhaseFailed, TESTING),
        (TESTING, Close, CLOSED),

        (STAGING, EnterRelease, RELEASING),
        (STAGING, PhaseSucceeded, STAGING),
        (STAGING, PhaseFailed, STAGING),
        (STAGING, Close, CLOSED),

        // A failed release may be released again under another tag.
        (RELEASING, EnterRelease, RELEASING),
        (RELEASING, PhaseSucceeded, RELEASED),
        (RELEASING, PhaseFailed, RELEASING),
        (RELEASING, Close, CLOSED));
}
