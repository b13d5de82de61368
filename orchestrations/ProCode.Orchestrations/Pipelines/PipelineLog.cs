using Microsoft.Extensions.Logging;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Events 3000-3099.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(3000, LogLevel.Information, "Pipeline {PipelineId}, run {Run}: ended as {Status}.")]
    public static partial void RunEnded(ILogger logger, long pipelineId, int run, PipelineStatus status);

    [LoggerMessage(3001, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: {Stage}, attempt {Attempt}, failed: {Error}.")]
    public static partial void StageFailed(ILogger logger, long pipelineId, int run, StageKind stage, int attempt, string error);
}
