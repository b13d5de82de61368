using ProCode.Pipelines;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>A deployment that is to be ordered, and how long to pause before it is tried (again): after <paramref name="Unanswered"/> times that the ops system
/// did not answer, or at once.</summary>
public sealed record DeploymentOrder(StageAttempt Attempt, DeploymentWait Wait, TimeSpan Pause, int Unanswered = 0);

/// <summary>What came of preparing a deployment.</summary>
public enum PreparedDeployment
{
    /// <summary>The environment is the run's, and the deployment's row is there.</summary>
    READY,

    /// <summary>Others are to deploy to the environment first.</summary>
    WAITING,

    /// <summary>The run is over; nothing is to be deployed.</summary>
    OVER,
}
