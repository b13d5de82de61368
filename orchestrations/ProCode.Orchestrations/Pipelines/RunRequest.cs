using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>A run of a PHASE pipeline. <paramref name="Turn"/> counts how often its orchestration has begun anew after a wait.</summary>
public sealed record RunRequest(long AppId, long PipelineId, int Run, int Turn = 0);

/// <summary>One attempt of a stage: the key under which its effect happens once.</summary>
public sealed record StageAttempt(long AppId, long PipelineId, int Run, StageKind Stage, int Attempt)
{
    /// <summary>How the attempt ended.</summary>
    public StageOutcome Outcome<T>(Result<T> result) => result.TryGet(out var output, out var error)
        ? StageOutcome.Success(Stage, Attempt, output)
        : StageOutcome.Failed(Stage, Attempt, error);
}

/// <summary>Asks for the next step of a run, after an attempt when there was one.</summary>
public sealed record AdvanceRequest(RunRequest Run, StageOutcome? Outcome);
