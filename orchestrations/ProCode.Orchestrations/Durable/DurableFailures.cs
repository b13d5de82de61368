using System.Reflection;

namespace ProCode.Orchestrations.Durable;

/// <summary>Recognises what the durable client throws by type name, because the types belong to packages that are none of our business.</summary>
public static class DurableFailures
{
    /// <summary>The instance exists already and may not be started over.</summary>
    public static bool IsAlreadyThere(Exception failure) =>
        failure.GetType().Name == "OrchestrationAlreadyExistsException" || GrpcStatus(failure) == "AlreadyExists";

    /// <summary>The instance is not there, or has ended: it can't hear an event any more.</summary>
    public static bool CantHear(Exception failure) => GrpcStatus(failure) is "NotFound" or "FailedPrecondition";

    private static string? GrpcStatus(Exception failure) =>
        failure.GetType().Name == "RpcException"
            ? failure.GetType().GetProperty("StatusCode", BindingFlags.Public | BindingFlags.Instance)?.GetValue(failure)?.ToString()
            : null;
}
