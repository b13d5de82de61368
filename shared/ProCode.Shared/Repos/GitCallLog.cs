using Microsoft.Extensions.Logging;

namespace ProCode.Repos;

/// <summary>What talking to git hosts leaves in the log (event ids 2100-2149).</summary>
internal static partial class GitCallLog
{
    [LoggerMessage(2100, LogLevel.Information, "The git host is unavailable, retry {Attempt} in {Delay}: {Reason}")]
    public static partial void Retrying(ILogger logger, int attempt, TimeSpan delay, string reason);

    [LoggerMessage(2101, LogLevel.Warning, "A git host did not answer within {Limit}; the call was left behind")]
    public static partial void TimedOut(ILogger logger, TimeSpan limit);

    [LoggerMessage(2102, LogLevel.Warning, "The git host {Host} has failed several times in a row and is left alone for {Pause}")]
    public static partial void CircuitOpened(ILogger logger, string host, TimeSpan pause);
}
