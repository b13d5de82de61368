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

/// <summary>One passage through a phase: the branch it came from, the tag it makes, and the PHASE pipeline that carries it out.
/// <paramref name="ExistingTag"/> is set when the tag's own commit is released, wherever the branch is.</summary>
public sealed record IterationPhase(
    long Id, PhaseType Type, string Branch, string Tag, bool ExistingTag, string Environment, PhaseStatus Status, long PipelineId, DateTimeOffset CreatedAt);
