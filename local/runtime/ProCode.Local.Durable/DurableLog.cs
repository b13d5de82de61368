using Microsoft.Extensions.Logging;

namespace ProCode.Local.Durable;

/// <summary>What the engine logs: event ids 9000 to 9099. Never a payload.</summary>
internal static partial class DurableLog
{
    [LoggerMessage(9000, LogLevel.Information, "Durable engine runs on {Path}: {Instances} instances and {Activities} activities to go on with")]
    public static partial void Started(this ILogger logger, string path, int instances, int activities);

    [LoggerMessage(9001, LogLevel.Information, "Orchestration {InstanceId} ({Name}) ended: {Status}")]
    public static partial void Ended(this ILogger logger, string instanceId, string name, string status);

    [LoggerMessage(9002, LogLevel.Warning, "Orchestration {InstanceId} ({Name}) failed: {Type}: {Message}")]
    public static partial void OrchestrationFailed(this ILogger logger, string instanceId, string name, string type, string message);

    [LoggerMessage(9003, LogLevel.Warning, "Activity {Name} (#{TaskId}) of {InstanceId} failed: {Type}: {Message}")]
    public static partial void ActivityFailed(this ILogger logger, string name, int taskId, string instanceId, string type, string message);

    [LoggerMessage(9004, LogLevel.Error, "The engine could not commit; it tries again in {Seconds} s")]
    public static partial void CommitFailed(this ILogger logger, Exception exception, double seconds);

    [LoggerMessage(9005, LogLevel.Error, "A step of orchestration {InstanceId} could not be taken; it is tried again in {Seconds} s")]
    public static partial void StepFailed(this ILogger logger, Exception exception, string instanceId, double seconds);

    [LoggerMessage(9006, LogLevel.Information, "Purged {Count} instances that had been finished for longer than {Retention}")]
    public static partial void Purged(this ILogger logger, int count, TimeSpan retention);

    [LoggerMessage(9008, LogLevel.Warning, "Orchestration {InstanceId} ({Name}) has version {Version}, which is newer than this host; it waits for one that knows it")]
    public static partial void VersionTooNew(this ILogger logger, string instanceId, string name, string version);

    [LoggerMessage(9009, LogLevel.Warning, "External events around ContinueAsNew are lost and reordered on purpose, with seed {Seed}")]
    public static partial void EventsAreDisturbed(this ILogger logger, int seed);

    [LoggerMessage(9007, LogLevel.Error, "An activity's result could not be recorded; it runs again after the next start")]
    public static partial void ActivityNotRecorded(this ILogger logger, Exception exception);

    [LoggerMessage(9011, LogLevel.Information, "The engine's file was compacted")]
    public static partial void Compacted(this ILogger logger);

    [LoggerMessage(9010, LogLevel.Warning, "Old instances could not be removed from the engine's file; it is tried again in {Hours} h")]
    public static partial void CleanUpFailed(this ILogger logger, Exception exception, double hours);

    [LoggerMessage(9012, LogLevel.Warning, "The engine's file could not be compacted and stays as large as it is; a later start tries again")]
    public static partial void CompactionFailed(this ILogger logger, Exception exception);
}
