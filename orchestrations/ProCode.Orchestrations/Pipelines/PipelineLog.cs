using Microsoft.Extensions.Logging;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Events 3000-3079.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(3000, LogLevel.Information, "Pipeline {PipelineId}, run {Run}: ended as {Status}.")]
    public static partial void RunEnded(ILogger logger, long pipelineId, int run, PipelineStatus status);

    [LoggerMessage(3001, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: {Stage}, attempt {Attempt}, failed: {Error}.")]
    public static partial void StageFailed(ILogger logger, long pipelineId, int run, StageKind stage, int attempt, string error);

    [LoggerMessage(3002, LogLevel.Error, "Pipeline {PipelineId}, run {Run}: the engine did not take the start; the sweep tries again.")]
    public static partial void StartFailed(ILogger logger, Exception failure, long pipelineId, int run);

    [LoggerMessage(3003, LogLevel.Warning, "App {AppId} owes {Kind} {Id} since {Since}: paid by the sweep.")]
    public static partial void DebtSwept(ILogger logger, long appId, OutboxKind kind, long id, DateTimeOffset? since);

    [LoggerMessage(3004, LogLevel.Error, "App {AppId}: the sweep could not pay what it owes; it tries again.")]
    public static partial void SweepFailed(ILogger logger, Exception failure, long appId);

    [LoggerMessage(3006, LogLevel.Warning, "Pipeline {PipelineId}, run {Run}: storage did not say whether the run is over; asked again soon.")]
    public static partial void WatchFailed(ILogger logger, Exception failure, long pipelineId, int run);

    [LoggerMessage(3007, LogLevel.Error, "Pipeline {PipelineId}, run {Run}: its row says it is under way, and the engine says {EngineStatus}; it waits to be resumed.")]
    public static partial void RunLost(ILogger logger, long pipelineId, int run, string engineStatus);

    [LoggerMessage(3008, LogLevel.Error, "Pipeline {PipelineId}, run {Run}: could not be looked after; the next sweep tries again.")]
    public static partial void LostRunSweepFailed(ILogger logger, Exception failure, long pipelineId, int run);

    [LoggerMessage(3005, LogLevel.Error, "App {AppId} owes {Kind} {Id}, and paying it failed; the next sweep tries again.")]
    public static partial void DebtNotPaid(ILogger logger, Exception failure, long appId, OutboxKind kind, long id);
}
