using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>A deployment that is to be ordered, and how long to pause before it is tried (again).</summary>
public sealed record DeploymentOrder(StageAttempt Attempt, DeploymentWait Wait, TimeSpan Pause);
