using System.Runtime.ExceptionServices;

namespace Microsoft.DurableTask.Worker;

/// <summary>Tries a task again as its options say; the waits in between are durable timers.</summary>
internal static class RetryLoop
{
    /// <summary>
    /// The result of the first attempt that succeeds; throws the last attempt's failure. <paramref name="timer"/> sets a durable timer
    /// for a time (UTC), in one piece however far away.
    /// </summary>
    public static async Task<string?> RunAsync(
        TaskOrchestrationContext context,
        Func<Task<string?>> attempt,
        TaskRetryOptions? retry,
        Func<DateTime, Task> timer)
    {
        var started = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            TaskFailedException failed;
            try
            {
                return await attempt();
            }
            catch (TaskFailedException exception) when (retry is not null && !exception.FailureDetails.IsNonRetriable)
            {
                failed = exception;
            }

            var again = retry is { Policy: { } policy }
                ? await MayRetryAsync(context, policy, failed.FailureDetails, attempts, started, timer)
                : retry is { Handler: { } handler } && await MayRetryAsync(context, handler, failed.FailureDetails, attempts, started);
            if (!again)
                ExceptionDispatchInfo.Throw(failed);
        }
    }

    // Waits as long as it takes before the next attempt.
    private static async Task<bool> MayRetryAsync(
        TaskOrchestrationContext context,
        RetryPolicy policy,
        TaskFailureDetails failure,
        int attempts,
        DateTime started,
        Func<DateTime, Task> timer)
    {
        if (attempts >= policy.MaxNumberOfAttempts)
        {
            // The real engine sets one that fires at once: histories that it wrote have it, so it can't leave it out any more.
            await timer(context.CurrentUtcDateTime);
            return false;
        }

        if (!policy.Handles(failure))
            return false;
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && context.CurrentUtcDateTime >= started + policy.RetryTimeout)
            return false;
        await timer(context.CurrentUtcDateTime + policy.DelayBefore(attempts - 1));
        return true;
    }

    private static Task<bool> MayRetryAsync(
        TaskOrchestrationContext context, AsyncRetryHandler handler, TaskFailureDetails failure, int attempts, DateTime started) =>
        handler(new(context, attempts, failure, context.CurrentUtcDateTime - started, CancellationToken.None));
}
