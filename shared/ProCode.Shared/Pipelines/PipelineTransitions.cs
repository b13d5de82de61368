using ProCode.Transitions;
using static ProCode.Pipelines.PipelineEvent;
using static ProCode.Pipelines.PipelineStatus;

namespace ProCode.Pipelines;

/// <summary>The life of a pipeline, the same for both types.</summary>
public static class PipelineTransitions
{
    public static readonly TransitionTable<PipelineStatus, PipelineEvent> Table = new(
        (PENDING, Start, RUNNING),
        (PENDING, Fail, FAILED),
        (PENDING, Cancel, CANCELED),
        (PENDING, Interrupt, PAUSED),

        (RUNNING, Pause, PAUSED),
        (RUNNING, Succeed, SUCCESS),
        (RUNNING, Fail, FAILED),
        (RUNNING, Cancel, CANCELED),
        (RUNNING, Interrupt, PAUSED),

        (PAUSED, Continue, RUNNING),
        (PAUSED, Fail, FAILED),
        (PAUSED, Cancel, CANCELED),
        (PAUSED, Interrupt, PAUSED),

        // A new run of the same pipeline, or the next phase of an ITERATION pipeline; PAUSED only when the run was lost or the ITERATION
        // pipeline waits for that phase (<see cref="Reruns"/>).
        (PAUSED, Rerun, RUNNING),
        (FAILED, Rerun, RUNNING),
        (CANCELED, Rerun, RUNNING),
        (SUCCESS, Rerun, RUNNING),

        // ITERATION pipelines only, between two phases or after one that failed.
        (PAUSED, Close, CANCELED),
        (FAILED, Close, CANCELED),
        (CANCELED, Close, CANCELED));

    /// <summary>True when nothing more happens by itself.</summary>
    public static bool IsFinal(this PipelineStatus status) => status is SUCCESS or FAILED or CANCELED;
}
