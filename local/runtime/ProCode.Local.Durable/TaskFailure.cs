namespace ProCode.Local.Durable;

/// <summary>A failure as it is recorded.</summary>
public sealed record TaskFailure(string Type, string Message, string? StackTrace = null, TaskFailure? Inner = null)
{
    /// <summary>Whether another attempt is pointless.</summary>
    public bool IsNonRetriable { get; init; }
}

/// <summary>Thrown into an orchestrator when a task it awaits has failed.</summary>
public sealed class DurableTaskFailedException(string name, int taskId, TaskFailure failure)
    : Exception($"Task '{name}' (#{taskId}) failed: {failure?.Message}")
{
    public string Name { get; } = name;

    public int TaskId { get; } = taskId;

    public TaskFailure Failure { get; } = failure ?? throw new ArgumentNullException(nameof(failure));
}

/// <summary>The orchestrator's code no longer does what its recorded history says it did.</summary>
public sealed class NondeterministicRunException(string message) : Exception(message);
