using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages;

/// <summary>Carries out an attempt with a log that tells how it began and how it ended.</summary>
internal static class LoggedAttempt
{
    /// <summary>Runs the attempt's work. A further try of the same attempt goes on in the same log.</summary>
    public static async Task<Result<T>> RunAsync<T>(this StageLogs logs, StageAttempt attempt, Func<StageLog, Task<Result<T>>> work)
    {
        await using var log = logs.Open(new StageLogId(attempt.PipelineId, attempt.Run, attempt.Stage, attempt.Attempt));
        log.WriteLine(Begin(attempt));
        try
        {
            var result = await work(log);
            log.WriteLine(result.TryGet(out _, out var error) ? $"{attempt.Stage} succeeded." : $"{attempt.Stage} failed: {Text(error)}");
            return result;
        }
        catch (Exception e)
        {
            log.WriteLine(e is OperationCanceledException
                ? $"{attempt.Stage} was interrupted."
                : $"{attempt.Stage} ended unexpectedly; the service's own log has the cause.");
            throw;
        }
    }

    /// <summary>The first line of an attempt's log.</summary>
    public static string Begin(StageAttempt attempt) => $"{attempt.Stage} begins: pipeline {attempt.PipelineId}, run {attempt.Run}, attempt {attempt.Attempt}.";

    /// <summary>A failure as a log tells it: the documented code and the sentence.</summary>
    public static string Text(Error error) =>
        $"{error.Code.Name} ({error.Code.Number}): {error.Message}" + string.Concat(error.Details.Select(detail => $"\n  {detail.Field}: {detail.Issue}"));
}
