using ProCode.Pipelines;

namespace ProCode.Iterations;

/// <summary>
/// How an ITERATION pipeline stands: a pure function of its iteration, and the only one who says it. Whoever changes an iteration's phases writes what
/// this gives in the same transaction, so that there is no moment at which the two disagree, and two writers can't write different things.
/// </summary>
public static class IterationProgress
{
    /// <summary>The pipeline as the iteration's state wants it; the same one when it is so already.</summary>
    public static Pipeline Settle(Pipeline pipeline, Iteration iteration, DateTimeOffset now)
    {
        var (status, waiting) = StandOf(iteration);
        var (current, stages) = (iteration.CurrentPhase?.ToString(), StagesOf(iteration));
        if (pipeline.Status == status && pipeline.WaitingFor == waiting && pipeline.CurrentStage == current && pipeline.IterationStages.SequenceEqual(stages)) return pipeline;
        return Toward(status, pipeline, now).Changed(now) with { CurrentStage = current, WaitingFor = waiting, IterationStages = stages };
    }

    private static (PipelineStatus Status, WaitingFor? Waiting) StandOf(Iteration iteration)
    {
        if (iteration.Status == IterationStatus.RELEASED) return (PipelineStatus.SUCCESS, null);
        if (iteration.Status == IterationStatus.CLOSED) return (PipelineStatus.CANCELED, null);
        var phase = iteration.LatestPhase!;
        return phase.Status switch
        {
            PhaseStatus.PENDING or PhaseStatus.RUNNING => (PipelineStatus.RUNNING, null),
            PhaseStatus.FAILED => (PipelineStatus.FAILED, null),
            PhaseStatus.SUCCESS => (PipelineStatus.PAUSED, new WaitingFor(
                WaitKind.GATE, $"{phase.Type} is done; proceed to {phase.Type + 1}.", phase.EndedAt ?? phase.CreatedAt)),
        };
    }

    private static List<IterationStageRun> StagesOf(Iteration iteration) =>
    [
        new(IterationStage.DEVELOPING, StageStatus.SUCCESS, Entries: 1, iteration.CreatedAt, iteration.Phases[0].CreatedAt),
        StageOf(iteration, IterationStage.TESTING, PhaseType.TESTING),
        StageOf(iteration, IterationStage.STAGING, PhaseType.STAGING),
        StageOf(iteration, IterationStage.RELEASE, PhaseType.RELEASE),
    ];

    private static IterationStageRun StageOf(Iteration iteration, IterationStage stage, PhaseType type)
    {
        var entered = iteration.Phases.Where(phase => phase.Type == type).ToList();
        if (entered.Count == 0)
        {
            var passedBy = !iteration.IsOpen || iteration.CurrentPhase > type;
            return new IterationStageRun(stage, passedBy ? StageStatus.SKIPPED : StageStatus.PENDING, Entries: 0);
        }

        var latest = entered[^1];
        var status = latest.Status switch
        {
            PhaseStatus.PENDING or PhaseStatus.RUNNING => StageStatus.RUNNING,
            PhaseStatus.SUCCESS => StageStatus.SUCCESS,
            PhaseStatus.FAILED => StageStatus.FAILED,
        };
        return new IterationStageRun(stage, status, entered.Count, latest.CreatedAt, latest.EndedAt, latest.PipelineId);
    }

    private static Pipeline Toward(PipelineStatus status, Pipeline pipeline, DateTimeOffset now)
    {
        if (pipeline.Status == status) return pipeline;
        if (status == PipelineStatus.CANCELED && PipelineTransitions.Table.Allows(pipeline.Status, PipelineEvent.Close)) return pipeline.Move(PipelineEvent.Close, now);
        if (pipeline.Status != PipelineStatus.RUNNING)
            pipeline = pipeline.Move(pipeline.Status == PipelineStatus.PENDING ? PipelineEvent.Start : PipelineEvent.Rerun, now);
        return status switch
        {
            PipelineStatus.RUNNING => pipeline,
            PipelineStatus.PAUSED => pipeline.Move(PipelineEvent.Pause, now),
            PipelineStatus.FAILED => pipeline.Move(PipelineEvent.Fail, now),
            PipelineStatus.SUCCESS => pipeline.Move(PipelineEvent.Succeed, now),
            PipelineStatus.CANCELED => pipeline.Move(PipelineEvent.Cancel, now),
            PipelineStatus.PENDING => throw new ArgumentOutOfRangeException(nameof(status)),
        };
    }
}
