namespace ProCode.Iterations;

/// <summary>Where an iteration stands (architecture, section 4).</summary>
public enum IterationStatus
{
    DRAFT,
    DEVELOPING,
    TESTING,
    STAGING,
    RELEASING,
    RELEASED,
    CLOSED,
}

/// <summary>What happens to an iteration.</summary>
public enum IterationEvent
{
    Develop,
    EnterTesting,
    EnterStaging,
    EnterRelease,
    PhaseSucceeded,
    PhaseFailed,
    Close,
}
