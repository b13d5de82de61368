using Microsoft.Extensions.Logging;

namespace ProCode.Orchestrations.Iterations;

/// <summary>Events 3080-3099.</summary>
internal static partial class IterationLog
{
    [LoggerMessage(3080, LogLevel.Error, "Pipeline {PipelineId}: the engine did not take the call to its iteration; the sweep tries again.")]
    public static partial void StartFailed(ILogger logger, Exception failure, long pipelineId);
}
