using ProCode.Transitions;
using static ProCode.Pipelines.StageEvent;
using static ProCode.Pipelines.StageStatus;

namespace ProCode.Pipelines;

/// <summary>The life of a stage within a run. FAILED to RUNNING is a further attempt.</summary>
public static class StageTransitions
{
    public static readonly TransitionTable<StageStatus, StageEvent> Table = new(
        (PENDING, Begin, RUNNING),
        (PENDING, Skip, SKIPPED),
        (RUNNING, Succeed, SUCCESS),
        (RUNNING, Fail, FAILED),
        (FAILED, Begin, RUNNING),

        // For another run.
        (PENDING, Reset, PENDING),
        (FAILED, Reset, PENDING),
        (SUCCESS, Reset, PENDING),
        (SKIPPED, Reset, PENDING));
}
