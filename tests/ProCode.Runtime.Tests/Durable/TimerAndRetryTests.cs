using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ProCode.Local.Durable.History;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Time in orchestrations, under a clock that the test moves.</summary>
public sealed class TimerAndRetryTests
{
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Retry_WithPolicy_WaitsLongerEachTimeUpToTheMaximum()
    {
        var clock = new ManualClock();
        var attempts = 0;
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc("run", context => context.CallActivityAsync("fail", TaskOptions.FromRetryPolicy(
                    new RetryPolicy(5, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(5)))))
                .AddActivityFunc("fail", new Action<TaskActivityContext>(_ =>
                {
                    Interlocked.Increment(ref attempts);
                    throw new InvalidOperationException("no");
                })),
            clock);

        var id = await host.StartInstanceAsync("run");
        foreach (var (seconds, number) in new[] { 1, 2, 4, 5 }.Select((seconds, index) => (seconds, index + 1)))
        {
            await host.HistoryHasAsync<TimerCreated>(id, number);
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(5, attempts);
        // The last one is set after the last attempt and fires at once.
        Assert.Equal([1, 3, 7, 12, 12], host.History(id).OfType<TimerCreated>().Select(timer => (timer.FireAt - Start).TotalSeconds));
        Assert.Equal("no", ended.FailureDetails?.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public async Task Retry_TimeoutPassed_StopsAtOnce()
    {
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc("run", context => context.CallActivityAsync("fail", TaskOptions.FromRetryPolicy(
                    new RetryPolicy(100, TimeSpan.FromSeconds(10), retryTimeout: TimeSpan.FromSeconds(15)))))
                .AddActivityFunc("fail", new Action<TaskActivityContext>(_ => throw new InvalidOperationException("no"))),
            clock);

        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<TimerCreated>(id, 1);
        clock.Advance(TimeSpan.FromSeconds(10));
        await host.HistoryHasAsync<TimerCreated>(id, 2);
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal(3, host.History(id).OfType<ActivityFailed>().Count());
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0.5)]
    public void RetryPolicy_ValueOutOfRange_Throws(int attempts, int seconds, double backoff) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(attempts, TimeSpan.FromSeconds(seconds), backoff));

    [Fact]
    public async Task CreateTimer_LongerThanThreeDays_IsSetInPieces()
    {
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<DateTime>("run", async context =>
            {
                await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
                return context.CurrentUtcDateTime;
            }),
            clock);

        var id = await host.StartInstanceAsync("run");
        foreach (var (days, number) in new[] { 3, 3, 1 }.Select((days, index) => (days, index + 1)))
        {
            await host.HistoryHasAsync<TimerCreated>(id, number);
            clock.Advance(TimeSpan.FromDays(days));
        }

        Assert.Equal(Start.AddDays(7), (await host.EndOfAsync(id)).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task CreateTimer_Cancelled_ThrowsAndNeverFires()
    {
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
            {
                using var cts = new CancellationTokenSource();
                var timer = context.CreateTimer(TimeSpan.FromHours(1), cts.Token);
                await context.WaitForExternalEvent<string>("cancel");
                cts.Cancel();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timer);
                await context.WaitForExternalEvent<string>("end");
                return "ended";
            }),
            clock);

        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<TimerCreated>(id);
        await host.Client.RaiseEventAsync(id, "cancel");
        await host.HistoryHasAsync<EventReceived>(id);
        clock.Advance(TimeSpan.FromHours(2));
        await host.Client.RaiseEventAsync(id, "end");

        Assert.Equal("ended", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Empty(host.History(id).OfType<TimerFired>());
    }

    [Fact]
    public async Task WaitForExternalEvent_TimeoutPassed_IsCancelled()
    {
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
            {
                try
                {
                    return await context.WaitForExternalEvent<string>("news", TimeSpan.FromMinutes(5));
                }
                catch (OperationCanceledException)
                {
                    return "none";
                }
            }),
            clock);

        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<TimerCreated>(id);
        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("none", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Schedule_StartAtInTheFuture_IsPendingUntilThenAndKeepsEvents()
    {
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc("run", context => context.WaitForExternalEvent<string>("news")), clock);

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "run", null, new StartOrchestrationOptions(null, clock.GetUtcNow().AddHours(1)));
        await host.Client.RaiseEventAsync(id, "news", "early");
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);

        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("early", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Timer_DueWhileClosed_FiresAfterTheNextStart()
    {
        static void Register(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "fired";
        });
        var clock = new ManualClock();
        await using var host = await EngineHost.StartAsync(Register, clock);
        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<TimerCreated>(id);

        await host.CloseAsync();
        clock.Advance(TimeSpan.FromHours(2));
        await host.OpenAsync(Register);

        Assert.Equal("fired", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
