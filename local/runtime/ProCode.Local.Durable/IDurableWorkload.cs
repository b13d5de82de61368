using ProCode.Local.Durable.Replay;

namespace ProCode.Local.Durable;

/// <summary>
/// The code that the engine runs. Called from many threads at once; an orchestrator's function is called once per replay
/// and must do nothing but deterministic work and the run's own operations.
/// </summary>
public interface IDurableWorkload
{
    /// <summary>False for a version that only a newer process knows how to run.</summary>
    bool Accepts(string version);

    /// <summary>The orchestrator's function, or null when nobody registered that name.</summary>
    Func<OrchestrationRun, Task<string?>>? FindOrchestrator(string name, string version);

    /// <summary>The activity's function, or null when nobody registered that name.</summary>
    Func<ActivityCall, CancellationToken, Task<string?>>? FindActivity(string name, string version);

    /// <summary>What is recorded of an exception.</summary>
    TaskFailure Describe(Exception exception);
}

/// <summary>One activity to run.</summary>
public sealed record ActivityCall(string InstanceId, int TaskId, string Name, string Version, string? Input);

/// <summary>The run that called this one as its child.</summary>
public sealed record ParentRun(string InstanceId, string Execution, int TaskId, string Name);
