using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Events 9220-9229: HTTP functions of the local host.</summary>
internal static partial class HttpTriggerLog
{
    [LoggerMessage(9220, LogLevel.Error, "Function {Function} failed")]
    public static partial void Failed(ILogger logger, string function, Exception exception);

    [LoggerMessage(9221, LogLevel.Warning, "Function {Function} returned a {Type}, which is no HTTP result: the response has no body")]
    public static partial void ResultIgnored(ILogger logger, string function, Type type);
}
