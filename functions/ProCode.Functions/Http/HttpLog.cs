using Microsoft.Extensions.Logging;

namespace ProCode.Functions.Http;

/// <summary>Events 1000-1099.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1000, LogLevel.Error, "{Function} failed unexpectedly in request {RequestId}.")]
    public static partial void Unexpected(ILogger logger, Exception failure, string function, string requestId);

    [LoggerMessage(1001, LogLevel.Error, "{Function} could not reach the storage in request {RequestId}.")]
    public static partial void StorageUnavailable(ILogger logger, Exception failure, string function, string requestId);

    [LoggerMessage(1002, LogLevel.Error, "{Function} was refused: its method needs exactly one of RequirePermission and OpenEndpoint.")]
    public static partial void AccessNotDeclared(ILogger logger, string function);

    [LoggerMessage(1003, LogLevel.Error, "{Function} is Idempotent and must answer by Answers; its answer to request {RequestId} was not kept.")]
    public static partial void AnswerNotKept(ILogger logger, string function, string requestId);

    [LoggerMessage(1004, LogLevel.Warning, "The callback for {DeployId} can't be checked. {Reason}")]
    public static partial void CallbackSecretUnreadable(ILogger logger, string deployId, string reason);
}
