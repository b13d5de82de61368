using System.Text.Json;
using ProCode.Results;

namespace ProCode.Pipelines;

/// <summary>A stage of a pipeline's current run. <paramref name="Attempt"/> counts from 1 and is 0 before the first;
/// <paramref name="RetryAt"/> is set while a failed attempt waits for its automatic successor.</summary>
public sealed record StageRun(
    StageKind Stage, StageStatus Status, int Attempt, DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null,
    JsonElement? Output = null, StageFailure? Failure = null, DateTimeOffset? RetryAt = null)
{
    /// <summary>What a restart gave the stage to do differently; null: nothing.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Who let the pipeline into the stage, where a gate lies before it.</summary>
    public string? ProceededBy { get; init; }

    /// <summary>How often it was retried by hand, over all runs since it was last restarted.</summary>
    public int ManualRetries { get; init; }
}

/// <summary>Why an attempt failed: a documented code and a sentence for people. A transient failure may pass by itself.</summary>
public sealed record StageFailure(int Code, string Error, string Message, bool Transient)
{
    /// <summary>The fields that are to blame; null when there are none.</summary>
    public IReadOnlyList<ErrorDetail>? Details { get; init; }
}
