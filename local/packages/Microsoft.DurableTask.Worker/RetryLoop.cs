namespace Microsoft.DurableTask.Worker;

/// <summary>Tries a task again as its options say; the waits in between are durable timers.</summary>
internal static class RetryLoop
{
    public static async Task<string?> RunAsync(TaskOrchestrationContext context, Func<Task<string?>> attempt, TaskRetryOptions? retry)
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

            if (!await MayRetryAsync(context, retry, failed.FailureDetails, attempts, started))
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
        }
    }

    // Waits as long as it takes before the next attempt.
    private static async Task<bool> MayRetryAsync(
        TaskOrchestrationContext context,
        TaskRetryOptions retry,
        TaskFailureDetails failure,
        int attempts,
        DateTime started)
    {
        if (retry.Handler is { } handler)
            return await handler(new(context, attempts, failure, context.CurrentUtcDateTime - started, CancellationToken.None));
        if (retry.Policy is not { } policy || attempts >= policy.MaxNumberOfAttempts || !policy.Handles(failure))
            return false;
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && context.CurrentUtcDateTime >= started + policy.RetryTimeout)
            return false;
        await context.CreateTimer(policy.DelayBefore(attempts - 1), CancellationToken.None);
        return true;
    }
}
