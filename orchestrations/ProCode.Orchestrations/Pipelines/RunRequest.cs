using ProCode.Pipelines;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>A run of a PHASE pipeline. <paramref name="Turn"/> counts how often its orchestration has begun anew after a wait.</summary>
public sealed record RunRequest(long AppId, long PipelineId, int Run, int Turn = 0);

/// <summary>Asks for the next step of a run, after an attempt when there was one.</summary>
public sealed record AdvanceRequest(RunRequest Run, StageOutcome? Outcome);
