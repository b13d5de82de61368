namespace ProCode.Pipelines;

/// <summary>What a run does next.</summary>
public enum NextStepKind
{
    RUN_STAGE,

    /// <summary>Wait for a change of the row, which is announced by an event, or for a moment.</summary>
    WAIT,
    END,
}

/// <summary>The next step of a run: an attempt of a stage, a wait before the next attempt or at a gate, or the end.</summary>
public sealed record NextStep(NextStepKind Kind, StageKind? Stage = null, int Attempt = 0, StageConfig? Config = null, DateTimeOffset? Until = null);

/// <summary>
/// The rules by which a run moves, as pure functions of the pipeline's row. Applying an outcome twice, or one that has been overtaken,
/// changes nothing, and asking for the next step twice gives the same answer: that is what makes a run safe to interrupt anywhere.
/// </summary>
public static class PipelineProgress
{
    // Whoever opens a gate also wakes the run; this is only for a call that is never heard.
    private static readonly TimeSpan GateCheck = TimeSpan.FromDays(1);

    /// <summary>The pipeline after an attempt ended. <paramref name="firstRetryInterval"/> doubles with every further attempt.</summary>
    public static Pipeline Apply(Pipeline pipeline, StageOutcome outcome, TimeSpan firstRetryInterval, DateTimeOffset now)
    {
        var stage = pipeline[outcome.Stage];
        if (pipeline.IsOver || stage.Status != StageStatus.RUNNING || stage.Attempt != outcome.Attempt) return pipeline;

        pipeline = pipeline with { WaitingFor = null, DeployStatus = outcome.DeployStatus ?? pipeline.DeployStatus };
        if (pipeline.Status == PipelineStatus.PAUSED) pipeline = pipeline.Move(PipelineEvent.Continue, now);

        if (outcome.Failure is not { } failure)
        {
            stage = stage with { Status = Move(stage, StageEvent.Succeed), EndedAt = now, Output = outcome.Output, Failure = null };
            pipeline = pipeline.With(stage, now);
            return pipeline.NextStage is null ? pipeline.Move(PipelineEvent.Succeed, now) : pipeline;
        }

        var config = pipeline.StageConfigs[stage.Stage];
        var again = failure.Transient && config.RetryMode == RetryMode.AUTO && stage.Attempt <= config.MaxRetries;
        DateTimeOffset? retryAt = again ? now + (firstRetryInterval * Math.Pow(2, stage.Attempt - 1)) : null;
        pipeline = pipeline.With(stage with { Status = Move(stage, StageEvent.Fail), EndedAt = now, Failure = failure, RetryAt = retryAt }, now);
        return again
            ? pipeline with { WaitingFor = new WaitingFor(WaitKind.RETRY, $"{stage.Stage} failed ({failure.Error}) and is tried again.", now, NextCheckAt: retryAt) }
            : pipeline.Move(PipelineEvent.Fail, now);
    }

    /// <summary>What comes next, and the pipeline with that begun.</summary>
    public static (Pipeline Pipeline, NextStep Step) Decide(Pipeline pipeline, DateTimeOffset now)
    {
        if (pipeline.IsOver) return (pipeline, new NextStep(NextStepKind.END));
        if (pipeline.Status == PipelineStatus.PENDING) pipeline = pipeline.Move(PipelineEvent.Start, now);

        var stage = pipeline.NextStage!;
        if (stage.Status == StageStatus.FAILED && stage.RetryAt > now)
            return (pipeline, new NextStep(NextStepKind.WAIT, stage.Stage, stage.Attempt, Until: stage.RetryAt));
        if (GateBefore(pipeline, stage) is { } why)
        {
            if (pipeline.WaitingFor?.Kind != WaitKind.GATE)
                pipeline = pipeline.Move(PipelineEvent.Pause, now) with { WaitingFor = new WaitingFor(WaitKind.GATE, why, now) };
            return (pipeline, new NextStep(NextStepKind.WAIT, stage.Stage, Until: now + GateCheck));
        }

        // The gate is gone when its stage is MANUAL no more.
        if (pipeline is { Status: PipelineStatus.PAUSED, WaitingFor.Kind: WaitKind.GATE }) pipeline = pipeline.Move(PipelineEvent.Continue, now) with { WaitingFor = null };
        if (stage.Status != StageStatus.RUNNING)
        {
            stage = stage with
            {
                Status = Move(stage, StageEvent.Begin),
                Attempt = stage.Attempt + 1,
                StartedAt = now,
                EndedAt = null,
                RetryAt = null,
                Failure = null,
            };
            pipeline = pipeline.With(stage, now) with { CurrentStage = stage.Stage.ToString(), WaitingFor = null };
        }

        return (pipeline, new NextStep(NextStepKind.RUN_STAGE, stage.Stage, stage.Attempt, pipeline.StageConfigs[stage.Stage]));
    }

    // A stage that is MANUAL is left by a person; the last one, which nothing follows, is entered by one.
    private static string? GateBefore(Pipeline pipeline, StageRun stage)
    {
        if (stage.Status != StageStatus.PENDING || stage.ProceededBy is not null) return null;
        var before = pipeline.Stages.LastOrDefault(run => run.Stage < stage.Stage);
        if (before is not null && IsManual(before.Stage)) return $"{before.Stage} is done and MANUAL: {stage.Stage} begins when somebody proceeds.";
        return stage == pipeline.Stages[^1] && IsManual(stage.Stage) ? $"{stage.Stage} is MANUAL: it begins when somebody proceeds." : null;

        bool IsManual(StageKind kind) => pipeline.StageConfigs[kind].DriveMode == DriveMode.MANUAL;
    }

    private static StageStatus Move(StageRun stage, StageEvent on) => StageTransitions.Table.Move(stage.Status, on);
}
