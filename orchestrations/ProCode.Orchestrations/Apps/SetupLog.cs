using Microsoft.Extensions.Logging;
using ProCode.Apps;

namespace ProCode.Orchestrations.Apps;

/// <summary>Events 3100-3149.</summary>
internal static partial class SetupLog
{
    [LoggerMessage(3100, LogLevel.Warning, "App {AppId}, set-up {Run}: {Step} failed: {Reason}")]
    public static partial void StepFailed(ILogger logger, long appId, int run, SetupStepKind step, string reason);

    [LoggerMessage(3101, LogLevel.Information, "App {AppId}: the set-up has ended")]
    public static partial void Ended(ILogger logger, long appId);

    [LoggerMessage(3102, LogLevel.Error, "App {AppId}: the engine did not take the start of the set-up; the sweep tries again")]
    public static partial void StartFailed(ILogger logger, Exception failure, long appId);
}
