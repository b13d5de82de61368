namespace ProCode.Pipelines;

/// <summary>How a pipeline stands. A PAUSED one says in <see cref="Pipeline.WaitingFor"/> what it waits for.</summary>
public enum PipelineStatus
{
    PENDING,
    RUNNING,
    PAUSED,
    SUCCESS,
    FAILED,
    CANCELED,
}

/// <summary>What happens to a pipeline.</summary>
public enum PipelineEvent
{
    Start,
    Pause,
    Continue,
    Succeed,
    Fail,
    Cancel,

    /// <summary>The engine has lost the run; a person resumes it.</summary>
    Interrupt,
    Rerun,

    /// <summary>The iteration of an ITERATION pipeline was closed.</summary>
    Close,
}

/// <summary>An ITERATION pipeline spans an iteration's phases; a PHASE pipeline carries out one phase.</summary>
public enum PipelineType
{
    ITERATION,
    PHASE,
}

/// <summary>What made a PHASE pipeline: its phase was entered, or the environment was rolled back.</summary>
public enum PipelineTrigger
{
    PHASE_ENTRY,
    ROLLBACK,
}

/// <summary>The deployment as its pipeline shows it.</summary>
public enum DeployStatus
{
    DEPLOYING,
    DEPLOY_SUCCESS,
    DEPLOY_FAILED,
    DEPLOY_TIMEOUT,
    DEPLOY_CANCELED,
}
