using Microsoft.DurableTask.Client;

namespace ProCode.Orchestrations.Durable;

/// <summary>In which states an instance that is there already keeps another of its id from being started.</summary>
public static class StartStatuses
{
    /// <summary>For what happens once: what came of it is in the rows, and a further attempt has an id of its own.</summary>
    public static OrchestrationRuntimeStatus[] Any { get; } =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    /// <summary>For what may be begun anew when it broke down, because doing it again changes nothing more.</summary>
    public static OrchestrationRuntimeStatus[] UnlessFailed { get; } =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended, OrchestrationRuntimeStatus.Completed,
    ];

    /// <summary>For what is done again whenever there is something to do, one at a time.</summary>
    public static OrchestrationRuntimeStatus[] UnderWay { get; } =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];
}
