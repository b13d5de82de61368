using Microsoft.Extensions.Logging;

namespace ProCode.Local.Hosting;

/// <summary>Events 9200-9219: the local host.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(9200, LogLevel.Warning, "{Warning}")]
    public static partial void HostFileWarning(ILogger logger, string warning);

    [LoggerMessage(9210, LogLevel.Error, "Timer function {Function} failed; its schedule goes on")]
    public static partial void TimerRunFailed(ILogger logger, string function, Exception exception);

    [LoggerMessage(9211, LogLevel.Information, "Timer function {Function} missed its time {Scheduled:o} and runs now")]
    public static partial void TimerPastDue(ILogger logger, string function, DateTimeOffset scheduled);

    [LoggerMessage(9212, LogLevel.Warning, "The state of timer function {Function} can't be read and starts anew")]
    public static partial void TimerStateUnreadable(ILogger logger, string function, Exception exception);

    [LoggerMessage(9213, LogLevel.Error, "Timer function {Function} has stopped: its state can't be kept")]
    public static partial void TimerStopped(ILogger logger, string function, Exception exception);
}
