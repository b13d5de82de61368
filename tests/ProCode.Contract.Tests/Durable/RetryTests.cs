using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>How often a task is tried again; how long the waits in between are is shown where the clock can be held.</summary>
public sealed class RetryTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Policy_NeverSucceeds_CountsTheFirstTryAndThrowsTheLastFailure()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException($"try {++attempts}")))
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(new RetryPolicy(3, Moment)))));

        var ended = await host.RunAsync("run");

        Assert.Equal((OrchestrationRuntimeStatus.Failed, 3), (ended.RuntimeStatus, attempts));
        Assert.Equal("System.TimeoutException: try 3", ended.FailureDetails?.InnerFailure?.ToString());
    }

    [Fact]
    public async Task Filter_Throws_StopsWithTheTasksOwnFailure()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException($"try {++attempts}")))
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(
                new RetryPolicy(5, Moment) { HandleFailure = _ => throw new InvalidOperationException("the filter's own") }))));

        var ended = await host.RunAsync("run");

        Assert.Equal("System.TimeoutException: try 1", ended.FailureDetails?.InnerFailure?.ToString());
        Assert.Equal(1, attempts);
    }

    // Tasks are numbered as they are asked for, timers among them.
    [Theory]
    [InlineData(1, true, 0, 2)]
    [InlineData(3, true, 4, 6)]
    [InlineData(3, false, 0, 1)]
    public async Task Policy_LastAttemptFails_SetsOneTimerMoreBeforeItThrows(int attempts, bool handles, int failedTask, int nextTask)
    {
        var policy = new RetryPolicy(attempts, Moment) { HandleFailure = _ => handles };
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException()))
            .AddOrchestratorFunc<int[]>("run", async context =>
            {
                var retried = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(policy)));
                var once = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail"));
                return [retried.TaskId, once.TaskId];
            }));

        var ended = await host.RunAsync("run");

        Assert.Equal([failedTask, nextTask], ended.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task Handler_SaysNo_SetsNoTimer()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException()))
            .AddOrchestratorFunc<int[]>("run", async context =>
            {
                var options = TaskOptions.FromRetryHandler(retry => retry.LastAttemptNumber < 3);
                var retried = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail", options));
                var once = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail"));
                return [retried.TaskId, once.TaskId];
            }));

        var ended = await host.RunAsync("run");

        Assert.Equal([2, 3], ended.ReadOutputAs<int[]>()!);
    }

    [Theory]
    [InlineData(30, 80)]
    [InlineData(null, 140)]
    [InlineData(-1, 140)]
    public async Task Policy_Waits_GrowByTheCoefficientUpToTheMaximum(int? longest, int least)
    {
        // -1 ms is infinite.
        var policy = new RetryPolicy(4, TimeSpan.FromMilliseconds(20), 2, longest is { } maximum ? TimeSpan.FromMilliseconds(maximum) : null);
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException()))
            .AddOrchestratorFunc<double>("run", async context =>
            {
                var began = context.CurrentUtcDateTime;
                await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(policy)));
                return (context.CurrentUtcDateTime - began).TotalMilliseconds;
            }));

        Assert.InRange((await host.RunAsync("run")).ReadOutputAs<double>(), least, double.MaxValue);
    }

    [Fact]
    public async Task Policy_TimeoutIsOver_TriesNoMore()
    {
        var attempts = 0;
        var policy = new RetryPolicy(100, TimeSpan.FromMilliseconds(20), retryTimeout: TimeSpan.FromMilliseconds(50));
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException($"try {++attempts}")))
            .AddOrchestratorFunc("run", context => context.CallActivityAsync<int>("fail", TaskOptions.FromRetryPolicy(policy))));

        var ended = await host.RunAsync("run");

        // The third wait, at the latest, ends after the limit.
        Assert.InRange(attempts, 1, 4);
        Assert.Equal($"System.TimeoutException: try {attempts}", ended.FailureDetails?.InnerFailure?.ToString());
    }

    [Fact]
    public async Task Handler_AwaitsATimer_IsToldTheTimeSinceTheFirstTry()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException()))
            .AddOrchestratorFunc<double[]>("run", async context =>
            {
                var told = new List<double>();
                var options = TaskOptions.FromRetryHandler(async retry =>
                {
                    told.Add(retry.TotalRetryTime.TotalMilliseconds);
                    await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(20), retry.CancellationToken);
                    return retry.LastAttemptNumber < 3;
                });
                await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("fail", options));
                return [.. told];
            }));

        var told = (await host.RunAsync("run")).ReadOutputAs<double[]>()!;

        Assert.Equal(3, told.Length);
        Assert.True(told[1] >= 20 && told[2] >= told[1] + 20, string.Join(' ', told));
    }

    [Fact]
    public async Task Handler_Throws_IsWhatTheCallerGets()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc<int>("fail", new Func<TaskActivityContext, int>(_ => throw new TimeoutException()))
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var options = TaskOptions.FromRetryHandler(new RetryHandler(_ => throw new InvalidOperationException("the handler's own")));
                return (await Assert.ThrowsAsync<InvalidOperationException>(() => context.CallActivityAsync<int>("fail", options))).Message;
            }));

        Assert.Equal("the handler's own", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestration_NeverSucceeds_ThrowsTheLastFailureOfTheChild()
    {
        var attempts = 0;
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("count", _ => ++attempts)
            .AddOrchestratorFunc<string>("child", async context => throw new TimeoutException($"try {await context.CallActivityAsync<int>("count")}"))
            .AddOrchestratorFunc<string>("policy", async context => Describe(await Assert.ThrowsAsync<TaskFailedException>(
                () => context.CallSubOrchestratorAsync<string>("child", TaskOptions.FromRetryPolicy(new RetryPolicy(3, Moment))))))
            .AddOrchestratorFunc<string>("handler", async context => Describe(await Assert.ThrowsAsync<TaskFailedException>(
                () => context.CallSubOrchestratorAsync<string>("child", TaskOptions.FromRetryHandler(retry => retry.LastFailure.ErrorMessage != "try 5"))))));

        // Timers are the policy's second, fourth and last task; the handler has none.
        Assert.Equal("child 4 System.TimeoutException: try 3", (await host.RunAsync("policy")).ReadOutputAs<string>());
        Assert.Equal("child 1 System.TimeoutException: try 5", (await host.RunAsync("handler")).ReadOutputAs<string>());

        static string Describe(TaskFailedException failed) => $"{failed.TaskName} {failed.TaskId} {failed.FailureDetails}";
    }

    [Fact]
    public async Task SubOrchestration_FilterSaysNo_StopsAtOnce()
    {
        var attempts = 0;
        var policy = new RetryPolicy(5, Moment) { HandleFailure = failure => failure.IsCausedBy<ArgumentException>() };
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("count", _ => ++attempts)
            .AddOrchestratorFunc<string>("child", async context =>
                await context.CallActivityAsync<int>("count") == 1 ? throw new ArgumentNullException(null, "first") : throw new TimeoutException("second"))
            .AddOrchestratorFunc("parent", context => context.CallSubOrchestratorAsync<string>("child", TaskOptions.FromRetryPolicy(policy))));

        var ended = await host.RunAsync("parent");

        Assert.Equal("System.TimeoutException: second", ended.FailureDetails?.InnerFailure?.ToString());
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData(0, 1, 1.0, 10, 10)]
    [InlineData(-1, 1, 1.0, 10, 10)]
    [InlineData(1, 0, 1.0, 10, 10)]
    [InlineData(1, 1, 0.9, 10, 10)]
    [InlineData(1, 2, 1.0, 1, 10)]
    [InlineData(1, 2, 1.0, 10, 1)]
    public void Policy_ValueOutOfRange_Throws(int attempts, int first, double backoff, int maximum, int timeout) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new RetryPolicy(attempts, TimeSpan.FromSeconds(first), backoff, TimeSpan.FromSeconds(maximum), TimeSpan.FromSeconds(timeout)));

    [Fact]
    public void Policy_OnlyWhatMustBeSaid_RepeatsAtTheFirstIntervalForUpToAnHourEach()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(5));

        Assert.Equal((3, TimeSpan.FromSeconds(5), 1.0), (policy.MaxNumberOfAttempts, policy.FirstRetryInterval, policy.BackoffCoefficient));
        Assert.Equal((TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan), (policy.MaxRetryInterval, policy.RetryTimeout));
    }
}
