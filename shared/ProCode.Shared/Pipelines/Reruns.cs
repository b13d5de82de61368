using System.Text.Json;
using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>The rules by which people make a pipeline run again, let it go on, or end it: pure functions of its row, which give the row as it
/// then is, or say why not and in which states it would be allowed.</summary>
public static class Reruns
{
    /// <summary>Another run that begins with the stage that failed.</summary>
    public static Result<Pipeline> Retry(Pipeline pipeline, PipelineCommand command)
    {
        if (Refusal(pipeline, PipelineErrors.RetryNotAllowed, "retried", PipelineStatus.FAILED) is { } refusal) return refusal;
        var failed = pipeline.NextStage!;
        var max = pipeline.StageConfigs[failed.Stage].MaxManualRetries;
        if (failed.ManualRetries >= max)
            return PipelineErrors.RetriesExhausted.With($"{failed.Stage} was retried {failed.ManualRetries} times, as often as its maxManualRetries allows; restart it, or make a new pipeline.");
        var again = Again(pipeline, failed.Stage, command);
        return Enter(again, again[failed.Stage] with { Input = failed.Input, ManualRetries = failed.ManualRetries + 1 }, command);
    }

    /// <summary>Another run that goes on after the last stage that is done; gates that nobody has opened yet are still there.</summary>
    public static Result<Pipeline> Resume(Pipeline pipeline, PipelineCommand command)
    {
        if (!pipeline.IsInterrupted && Refusal(
            pipeline, PipelineErrors.ResumeNotAllowed, "resumed", PipelineStatus.FAILED, PipelineStatus.CANCELED) is { } refusal) return refusal;
        var next = pipeline.NextStage!;
        var again = Again(pipeline, next.Stage, command);
        return again.With(again[next.Stage] with { Input = next.Input, ProceededBy = next.ProceededBy, ManualRetries = next.ManualRetries }, command.At);
    }

    /// <summary>Another run that begins with any stage whose predecessors are done, and is given something else to do if one wants.</summary>
    public static Result<Pipeline> Restart(Pipeline pipeline, StageKind from, JsonElement? input, PipelineCommand command)
    {
        if (!pipeline.IsInterrupted && Refusal(
            pipeline, PipelineErrors.RestartNotAllowed, "restarted", PipelineStatus.FAILED, PipelineStatus.CANCELED, PipelineStatus.SUCCESS) is { } refusal) return refusal;
        if (pipeline.Stages.FirstOrDefault(stage => stage.Stage < from && stage.Status != StageStatus.SUCCESS) is { } missing)
            return PipelineErrors.RestartNotAllowed.With($"{from} needs what {missing.Stage} brings, and that is {missing.Status}.", "fromStage", $"must be {missing.Stage} or earlier");
        if (pipeline.Trigger == PipelineTrigger.ROLLBACK && from != StageKind.DEPLOY)
            return PipelineErrors.RestartNotAllowed.With("A roll-back deploys an image that is there; it has no other stage.", "fromStage", "must be DEPLOY");
        if (from == StageKind.CODE_CHECK && pipeline.CommitId is { } commit && input is { ValueKind: JsonValueKind.Object } wanted && wanted.TryGetProperty("branch", out var branch) && branch.ValueKind != JsonValueKind.Null)
            return PipelineErrors.RestartNotAllowed.With($"The pipeline means commit {commit} for good; another branch needs another pipeline.", "input.branch", "comes too late: the commit has been made out");
        var again = Again(pipeline, from, command);
        return Enter(again, again[from] with { Input = input }, command);
    }

    /// <summary>The gate opened that the pipeline waits at.</summary>
    public static Result<Pipeline> Proceed(Pipeline pipeline, PipelineCommand command)
    {
        if (pipeline.Type == PipelineType.ITERATION)
            return PipelineErrors.ProceedNotAllowed.With($"Pipeline {pipeline.Id} is an ITERATION pipeline; iteration {pipeline.IterationId} proceeds from phase to phase, and the PHASE pipelines below it can go on by hand.");
        if (pipeline is not { Status: PipelineStatus.PAUSED, WaitingFor.Kind: WaitKind.GATE })
        {
            var waits = pipeline.WaitingFor is { } waiting ? $" and waits for {waiting.Kind}" : "";
            return PipelineErrors.ProceedNotAllowed.With($"Pipeline {pipeline.Id} is {pipeline.Status}{waits}; it can go on by hand when it is PAUSED and waits for GATE.{LastToAct(pipeline)}");
        }

        return Enter(pipeline, pipeline.NextStage!, command).Move(PipelineEvent.Continue, command.At).Taking(command) with { WaitingFor = null };
    }

    /// <summary>The pipeline canceled, whatever it does.</summary>
    public static Result<Pipeline> Cancel(Pipeline pipeline, PipelineCommand command)
    {
        if (Refusal(
            pipeline, PipelineErrors.CancelNotAllowed, "canceled", PipelineStatus.PENDING, PipelineStatus.RUNNING, PipelineStatus.PAUSED) is { } refusal) return refusal;
        return CutOff(pipeline, $"The run was canceled by {command.By}.", command.At).Move(PipelineEvent.Cancel, command.At).Taking(command) with { WaitingFor = null };
    }

    /// <summary>The pipeline after the engine has lost its run.</summary>
    public static Pipeline Interrupt(Pipeline pipeline, DateTimeOffset now) => CutOff(pipeline, "The engine lost the run.", now).Move(PipelineEvent.Interrupt, now) with
    {
        WaitingFor = new WaitingFor(WaitKind.RESUME, $"Run {pipeline.Run} was lost by the engine. Resume it: it goes on after the last stage that is done.", now),
    };

    private static Error? Refusal(Pipeline pipeline, ErrorCode code, string what, params ReadOnlySpan<PipelineStatus> allowed)
    {
        if (pipeline.Type == PipelineType.ITERATION)
            return code.With($"Pipeline {pipeline.Id} is an ITERATION pipeline; it can't be {what}, the PHASE pipelines below it can.");
        if (allowed.Contains(pipeline.Status)) return null;
        return code.With($"Pipeline {pipeline.Id} is {pipeline.Status} in run {pipeline.Run}; it can be {what} when it is {string.Join(", ", allowed.ToArray())}.{LastToAct(pipeline)}");
    }

    private static string LastToAct(Pipeline pipeline) =>
        pipeline.LastCommand is { } command ? $" The last to act on it was {command.By}: {command.Kind} at {command.At:O}." : "";

    // What was under way counts no more, and what was to be tried again isn't.
    private static Pipeline CutOff(Pipeline pipeline, string why, DateTimeOffset now)
    {
        if (pipeline.NextStage is not { Status: StageStatus.RUNNING or StageStatus.FAILED } stage) return pipeline;
        if (stage.Status == StageStatus.FAILED) return pipeline.With(stage with { RetryAt = null }, now);
        var failure = StageOutcome.Failed(stage.Stage, stage.Attempt, PipelineErrors.RunOver.With(why)).Failure;
        return pipeline.With(stage with { Status = StageTransitions.Table.Move(stage.Status, StageEvent.Fail), EndedAt = now, Failure = failure }, now);
    }

    private static Pipeline Again(Pipeline pipeline, StageKind from, PipelineCommand command) => pipeline.Move(PipelineEvent.Rerun, command.At).Taking(command) with
    {
        Run = pipeline.Run + 1,
        CurrentStage = from.ToString(),
        Stages = [.. pipeline.Stages.Select(stage => stage.Stage < from ? stage : new StageRun(stage.Stage, StageTransitions.Table.Move(stage.Status, StageEvent.Reset), 0))],
        DeployId = null,
        DeployStatus = null,
        WaitingFor = null,
    };

    private static Pipeline Enter(Pipeline pipeline, StageRun stage, PipelineCommand command) =>
        pipeline.With(stage with { ProceededBy = command.By }, command.At);
}
