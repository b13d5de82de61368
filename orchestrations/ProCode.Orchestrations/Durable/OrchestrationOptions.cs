using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Orchestrations.Durable;

/// <summary>How orchestrations are started: under an id that follows from a row, in a version.</summary>
internal static class OrchestrationOptions
{
    /// <summary>A new instance in the current version, unless there is one of that id in one of these states.</summary>
    public static StartOrchestrationOptions Start(string instanceId, OrchestrationRuntimeStatus[] unless) =>
        new StartOrchestrationOptions(instanceId) { Version = OrchestrationVersions.Current }.WithDedupeStatuses(unless);

    /// <summary>A child in its parent's version: left to the host it would get the current one, and an input of the parent's.</summary>
    public static SubOrchestrationOptions Child(TaskOrchestrationContext context, string instanceId) =>
        new() { InstanceId = instanceId, Version = context.Version };
}
