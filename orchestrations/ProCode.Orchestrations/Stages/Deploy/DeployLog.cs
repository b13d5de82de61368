using Microsoft.Extensions.Logging;
using ProCode.Deployments;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>Events 3060-3079.</summary>
internal static partial class DeployLog
{
    [LoggerMessage(3060, LogLevel.Warning, "The deployment target '{Target}' does not answer polls since {Since}; it is asked again at {AskAgainAt}.")]
    public static partial void TargetAway(ILogger logger, string target, DateTimeOffset since, DateTimeOffset askAgainAt);

    [LoggerMessage(3061, LogLevel.Information, "The deployment target '{Target}' answers polls again; it had not since {Since}.")]
    public static partial void TargetBack(ILogger logger, string target, DateTimeOffset since);

    [LoggerMessage(3062, LogLevel.Error, "Polling the deployment target '{Target}' failed in a way that it must not.")]
    public static partial void PollFailed(ILogger logger, Exception failure, string target);

    [LoggerMessage(3063, LogLevel.Error, "Deployment {DeployId}: what its target said could not be written; the next pass asks again.")]
    public static partial void ReportFailed(ILogger logger, Exception failure, DeployId deployId);

    [LoggerMessage(3064, LogLevel.Warning, "Deployment {DeployId}: settled, and its run has not taken note; called again.")]
    public static partial void CalledAgain(ILogger logger, DeployId deployId);

    [LoggerMessage(3065, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: passed over runs at the environment '{Environment}' that are over.")]
    public static partial void PassedOver(ILogger logger, long pipelineId, int run, string environment);
}
