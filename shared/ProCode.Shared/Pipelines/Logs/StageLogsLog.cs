using Microsoft.Extensions.Logging;

namespace ProCode.Pipelines.Logs;

/// <summary>Events 3050-3059.</summary>
internal static partial class StageLogsLog
{
    [LoggerMessage(3050, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: the log of {Stage}, attempt {Attempt}, can't be written now.")]
    public static partial void NotWritten(ILogger logger, Exception failure, long pipelineId, int run, StageKind stage, int attempt);

    [LoggerMessage(3051, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: the log of {Stage}, attempt {Attempt}, lacks {Lines} lines that could not be written.")]
    public static partial void LinesLost(ILogger logger, long pipelineId, int run, StageKind stage, int attempt, int lines);

    [LoggerMessage(3052, LogLevel.Warning, "Deployment {DeployId}: its secrets can't be had, so its log goes without what the target says.")]
    public static partial void SecretsMissing(ILogger logger, Exception? failure, string deployId);
}
