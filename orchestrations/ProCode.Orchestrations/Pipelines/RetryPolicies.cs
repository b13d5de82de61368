using Microsoft.DurableTask;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>How often the engine repeats an activity that threw. Documented failures are outcomes, not exceptions, and never come here.</summary>
public static class RetryPolicies
{
    /// <summary>For activities that only read and write rows: storage that is away comes back, and a run has nothing better to do than wait
    /// for it. About ten minutes in all.</summary>
    public static TaskOptions Rows { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 20, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(40)));

    /// <summary>For activities with an effect outside: a hiccup is repeated here, what lasts is a failed attempt of the stage, whose own
    /// configuration says how to go on.</summary>
    public static TaskOptions Effect { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 3, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 3));
}
