using System.Text.Json;

namespace ProCode.Pipelines;

/// <summary>A stage of a pipeline's current run. <paramref name="Attempt"/> counts from 1 and is 0 before the first;
/// <paramref name="RetryAt"/> is set while a failed attempt waits for its automatic successor.</summary>
public sealed record StageRun(
    StageKind Stage, StageStatus Status, int Attempt, DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null,
    JsonElement? Output = null, StageFailure? Failure = null, DateTimeOffset? RetryAt = null);

/// <summary>Why an attempt failed: a documented code and a sentence for people. A transient failure may pass by itself.</summary>
public sealed record StageFailure(int Code, string Error, string Message, bool Transient);
