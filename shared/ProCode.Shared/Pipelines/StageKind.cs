namespace ProCode.Pipelines;

/// <summary>The stages of a PHASE pipeline, in their order.</summary>
public enum StageKind
{
    CODE_CHECK,
    BUILD,
    PACKAGE,
    DEPLOY,
}

/// <summary>How a stage stands.</summary>
public enum StageStatus
{
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
    SKIPPED,
}

/// <summary>What happens to a stage.</summary>
public enum StageEvent
{
    Begin,
    Succeed,
    Fail,
    Reset,
    Skip,
}
