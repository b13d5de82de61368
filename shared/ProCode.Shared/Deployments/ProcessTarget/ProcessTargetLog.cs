using Microsoft.Extensions.Logging;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>Events 4350 to 4369.</summary>
internal static partial class ProcessTargetLog
{
    [LoggerMessage(4350, LogLevel.Information, "Deployment {DeployId} started.")]
    public static partial void Started(ILogger logger, string deployId);

    [LoggerMessage(4351, LogLevel.Information, "Deployment {DeployId} settled: {Status}.")]
    public static partial void Settled(ILogger logger, string deployId, OpsStatus status);

    [LoggerMessage(4352, LogLevel.Warning,
        "Deployment {DeployId} runs as root: the user nobody can't reach its program or its folder, or users can't be changed here.")]
    public static partial void RunsAsRoot(ILogger logger, string deployId);

    [LoggerMessage(4353, LogLevel.Warning, "Starting deployment {DeployId} gave: {Complaint}")]
    public static partial void StartComplained(ILogger logger, string deployId, string complaint);

    [LoggerMessage(4354, LogLevel.Information, "The port of deployment {DeployId} was taken; attempt {Attempt}.")]
    public static partial void PortTaken(ILogger logger, string deployId, int attempt);

    [LoggerMessage(4355, LogLevel.Error, "Looking at deployment {DeployId} failed; it is looked at again.")]
    public static partial void WatchFailed(ILogger logger, string deployId, Exception failure);

    [LoggerMessage(4356, LogLevel.Warning, "The callback of deployment {DeployId} was not taken: status {StatusCode}.")]
    public static partial void CallbackFailed(ILogger logger, string deployId, int statusCode, Exception? failure);

    [LoggerMessage(4357, LogLevel.Warning,
        "Deployment {DeployId} is not reported: its callback's address is not on this machine. The poll reports it.")]
    public static partial void CallbackRefused(ILogger logger, string deployId);

    [LoggerMessage(4358, LogLevel.Error, "Tidying up deployments failed; it is done again later.")]
    public static partial void TidyingFailed(ILogger logger, Exception failure);

    [LoggerMessage(4359, LogLevel.Warning, "Deployment {DeployId} could not be started.")]
    public static partial void StartFailed(ILogger logger, string deployId, Exception failure);
}
