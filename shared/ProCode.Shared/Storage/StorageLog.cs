using Microsoft.Extensions.Logging;

namespace ProCode.Storage;

/// <summary>Events 1100-1199.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1100, LogLevel.Warning, "Tables and containers could not be made; the next attempt is in {Pause}.")]
    public static partial void SetupFailed(ILogger logger, Exception failure, TimeSpan pause);
}
