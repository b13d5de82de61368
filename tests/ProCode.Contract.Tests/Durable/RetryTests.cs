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
