namespace ProCode.Orchestrations.Iterations;

/// <summary>An ITERATION pipeline.</summary>
public sealed record IterationRequest(long AppId, long PipelineId);
