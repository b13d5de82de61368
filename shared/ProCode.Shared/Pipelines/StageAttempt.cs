using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>One attempt of a stage: the key under which its effect happens once.</summary>
public sealed record StageAttempt(long AppId, long PipelineId, int Run, StageKind Stage, int Attempt)
{
    /// <summary>Whether the attempt is under way: its run may be over, and another one begun.</summary>
    public bool IsUnderWayIn(Pipeline pipeline) =>
        !pipeline.IsOver && pipeline.Run == Run && pipeline[Stage] is { Status: StageStatus.RUNNING } stage && stage.Attempt == Attempt;

    /// <summary>The outcome of an attempt that isn't under way any more.</summary>
    public Error Over() => PipelineErrors.RunOver.With($"{Stage} was stopped: its run is over.");

    /// <summary>How the attempt ended.</summary>
    public StageOutcome Outcome<T>(Result<T> result) => result.TryGet(out var output, out var error)
        ? StageOutcome.Success(Stage, Attempt, output)
        : StageOutcome.Failed(Stage, Attempt, error);
}
