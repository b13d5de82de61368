using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>A failed task as it is recorded: names and messages, not the exception itself.</summary>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>Set for failures that another attempt can't cure, such as an unknown task name.</summary>
    internal bool IsNonRetriable { get; init; }

    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var inner = exception is TaskFailedException failed ? failed.FailureDetails
            : exception.InnerException is { } cause ? FromException(cause)
            : null;
        return new(exception.GetType().ToString(), exception.Message, exception.StackTrace, inner, null);
    }

    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
            throw new ArgumentException($"{targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));

        return FindType(ErrorType, targetBaseExceptionType.Assembly, Assembly.GetCallingAssembly()) is { } thrown
            && targetBaseExceptionType.IsAssignableFrom(thrown);
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    // Only the name was recorded: the platform's types come first, then those where they are asked about, then all that are loaded.
    private static Type? FindType(string name, Assembly target, Assembly caller)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        if ((Type.GetType(name, throwOnError: false) ?? target.GetType(name) ?? caller.GetType(name)) is { } known)
            return known;

        var found = AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(name, throwOnError: false))
            .OfType<Type>()
            .Distinct()
            .ToArray();
        return found.Length > 1
            ? throw new AmbiguousMatchException($"Several loaded types are named '{name}'.")
            : found.FirstOrDefault();
    }
}

/// <summary>Thrown in an orchestrator when an activity or sub-orchestration it awaited has failed.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails?.ErrorMessage}")
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    public string TaskName { get; }

    public int TaskId { get; }

    public TaskFailureDetails FailureDetails { get; }
}
