using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>One attempt of a stage: the key under which its effect happens once.</summary>
public sealed record StageAttempt(long AppId, long PipelineId, int Run, StageKind Stage, int Attempt)
{
    /// <summary>How the attempt ended.</summary>
    public StageOutcome Outcome<T>(Result<T> result) => result.TryGet(out var output, out var error)
        ? StageOutcome.Success(Stage, Attempt, output)
        : StageOutcome.Failed(Stage, Attempt, error);
}
