using Microsoft.Extensions.Logging;

namespace ProCode.Orchestrations.Durable;

/// <summary>Events 3300-3309.</summary>
internal static partial class HistoryLog
{
    [LoggerMessage(3300, LogLevel.Information, "{Count} histories of orchestrations begun before {Until} were removed.")]
    public static partial void Removed(ILogger logger, int count, DateTimeOffset until);
}
