namespace Microsoft.DurableTask.Client;

/// <summary>The state of an orchestration instance.</summary>
public enum OrchestrationRuntimeStatus
{
    Running = 0,
    Completed = 1,
    [Obsolete("An orchestration that continues as new is Running.")]
    ContinuedAsNew = 2,
    Failed = 3,
    [Obsolete("No orchestration is ever Canceled.")]
    Canceled = 4,
    Terminated = 5,
    Pending = 6,
    Suspended = 7,
}
