namespace ProCode.Pipelines;

/// <summary>What a pipeline waits for.</summary>
public enum WaitKind
{
    /// <summary>A person's proceed, before a MANUAL stage.</summary>
    GATE,

    /// <summary>The next automatic attempt of a failed stage.</summary>
    RETRY,

    /// <summary>Another pipeline that deploys to the same environment.</summary>
    LOCK,

    /// <summary>An ops system that does not answer.</summary>
    OPS,

    /// <summary>A deployment's callback or poll.</summary>
    DEPLOYMENT,

    /// <summary>A person's resume: the engine has lost the run.</summary>
    RESUME,
}

/// <summary>Why a pipeline does not move, for the people who look at it. <paramref name="Since"/> is when it began,
/// <paramref name="Until"/> when it ends at the latest, <paramref name="NextCheckAt"/> when it is looked at again.</summary>
public sealed record WaitingFor(
    WaitKind Kind, string Message, DateTimeOffset Since, DateTimeOffset? Until = null, DateTimeOffset? NextCheckAt = null, long? HeldByPipelineId = null);
