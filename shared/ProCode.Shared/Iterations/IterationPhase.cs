namespace ProCode.Iterations;

/// <summary>What an iteration goes through on its way to users.</summary>
public enum PhaseType
{
    TESTING,
    STAGING,
    RELEASE,
}

/// <summary>How a phase stands.</summary>
public enum PhaseStatus
{
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
}

/// <summary>One passage through a phase: the branch it came from, the tag it makes (RELEASE only), and the PHASE pipeline that carries it out.
/// <paramref name="ExistingTag"/> is set when the tag's own commit is released, wherever the branch is.</summary>
public sealed record IterationPhase(
    long Id, PhaseType Type, string Branch, string? Tag, bool ExistingTag, string Environment, PhaseStatus Status, long PipelineId, DateTimeOffset CreatedAt)
{
    /// <summary>The branch that TESTING makes.</summary>
    public string? TestBranch { get; init; }

    /// <summary>When it was settled; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The pipeline that it was entered with, once another has taken its place.</summary>
    public long? FirstPipelineId { get; init; }

    /// <summary>True when the phase was entered with this pipeline.</summary>
    public bool WasEnteredWith(long pipelineId) => (FirstPipelineId ?? PipelineId) == pipelineId;

    /// <summary>The phase carried out anew by another pipeline.</summary>
    public IterationPhase CarriedOutBy(long pipelineId) => this with { PipelineId = pipelineId, FirstPipelineId = FirstPipelineId ?? PipelineId };
}
