using ProCode.Pipelines;
using ProCode.Transitions;
using static ProCode.Deployments.OpsStatus;

namespace ProCode.Deployments;

/// <summary>What happens to a deployment. All but <see cref="Begin"/> settle it.</summary>
public enum DeploymentEvent
{
    Begin,
    Succeed,
    Fail,
    TimeOut,
    Cancel,
}

/// <summary>The life of a deployment: the first event that settles it wins, and nothing follows.</summary>
public static class DeploymentTransitions
{
    public static readonly TransitionTable<OpsStatus, DeploymentEvent> Table = new(
        (PENDING, DeploymentEvent.Begin, RUNNING),
        (RUNNING, DeploymentEvent.Begin, RUNNING),
        (PENDING, DeploymentEvent.Succeed, SUCCESS),
        (PENDING, DeploymentEvent.Fail, FAILED),
        (PENDING, DeploymentEvent.TimeOut, TIMEOUT),
        (PENDING, DeploymentEvent.Cancel, CANCELED),
        (RUNNING, DeploymentEvent.Succeed, SUCCESS),
        (RUNNING, DeploymentEvent.Fail, FAILED),
        (RUNNING, DeploymentEvent.TimeOut, TIMEOUT),
        (RUNNING, DeploymentEvent.Cancel, CANCELED));

    /// <summary>True once a deployment is settled.</summary>
    public static bool IsSettled(this OpsStatus status) => status is SUCCESS or FAILED or TIMEOUT or CANCELED;

    /// <summary>The event that a reported status stands for.</summary>
    public static DeploymentEvent Event(this OpsStatus status) => status switch
    {
        PENDING or RUNNING => DeploymentEvent.Begin,
        SUCCESS => DeploymentEvent.Succeed,
        FAILED => DeploymentEvent.Fail,
        TIMEOUT => DeploymentEvent.TimeOut,
        CANCELED => DeploymentEvent.Cancel,
    };

    /// <summary>The status as the pipeline shows it.</summary>
    public static DeployStatus ForPipeline(this OpsStatus status) => status switch
    {
        PENDING or RUNNING => DeployStatus.DEPLOYING,
        SUCCESS => DeployStatus.DEPLOY_SUCCESS,
        FAILED => DeployStatus.DEPLOY_FAILED,
        TIMEOUT => DeployStatus.DEPLOY_TIMEOUT,
        CANCELED => DeployStatus.DEPLOY_CANCELED,
    };
}
