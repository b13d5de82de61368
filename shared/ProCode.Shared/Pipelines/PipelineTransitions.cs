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

        (RUNNING, Pause, PAUSED),
        (RUNNING, Succeed, SUCCESS),
        (RUNNING, Fail, FAILED),
        (RUNNING, Cancel, CANCELED),

        (PAUSED, Continue, RUNNING),
        (PAUSED, Fail, FAILED),
        (PAUSED, Cancel, CANCELED),

        // A new run of the same pipeline; SUCCESS only when an ITERATION pipeline enters its next phase.
        (FAILED, Rerun, RUNNING),
        (CANCELED, Rerun, RUNNING),
        (SUCCESS, Rerun, RUNNING));

    /// <summary>True when nothing more happens by itself.</summary>
    public static bool IsFinal(this PipelineStatus status) => status is SUCCESS or FAILED or CANCELED;
}
