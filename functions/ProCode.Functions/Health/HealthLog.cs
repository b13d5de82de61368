using Microsoft.Extensions.Logging;

namespace ProCode.Functions.Health;

/// <summary>Events 1300-1399.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(1300, LogLevel.Warning, "{Part} does not answer.")]
    public static partial void PartDown(ILogger logger, Exception failure, string part);
}
