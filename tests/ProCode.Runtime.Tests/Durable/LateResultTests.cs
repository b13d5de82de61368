using Microsoft.DurableTask.Client;
using ProCode.Local.Durable.History;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>What arrives for a run while the step is taken that ends it.</summary>
public sealed class LateResultTests
{
    [Fact]
    public async Task ContinueAsNew_TimerFiresWhileItIsDecided_DoesNotReachTheNextRun()
    {
        var clock = new ManualClock();
        var step = new Step();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<int, string>("run", async (context, generation) =>
            {
                if (generation > 0)
                {
                    await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                    return $"waited until {context.CurrentUtcDateTime:HH:mm}";
                }

                _ = context.CreateTimer(TimeSpan.FromMinutes(10), CancellationToken.None);
                await context.WaitForExternalEvent<string>("go");
                step.Hold();
                context.ContinueAsNew(1);
                return "";
            }),
            clock);
        var id = await host.StartInstanceAsync("run", 0);
        await host.HistoryHasAsync<TimerCreated>(id);

        await host.Client.RaiseEventAsync(id, "go");
        await step.Held;
        clock.Advance(TimeSpan.FromMinutes(20));
        await EngineHost.EventuallyAsync(() => host.MessagesOf(id) == 2, "the first run's timer fires");
        step.Release();
        await EngineHost.EventuallyAsync(() => host.MessagesOf(id) == 0, "the second run begins");
        await host.HistoryHasAsync<TimerCreated>(id);
        clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal("waited until 01:21", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_ActivityReturnsWhileItIsDecided_DoesNotFailTheNextRun()
    {
        var step = new Step();
        var slow = new TaskCompletionSource();
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc<string>("slow", async _ =>
            {
                await slow.Task;
                return "too late";
            })
            .AddOrchestratorFunc<int, string>("run", async (context, generation) =>
            {
                if (generation > 0)
                    return await context.WaitForExternalEvent<string>("go");
                _ = context.CallActivityAsync<string>("slow");
                await context.WaitForExternalEvent<string>("go");
                step.Hold();
                context.ContinueAsNew(1);
                return "";
            }));
        var id = await host.StartInstanceAsync("run", 0);
        await host.HistoryHasAsync<ActivityScheduled>(id);

        await host.Client.RaiseEventAsync(id, "go");
        await step.Held;
        slow.SetResult();
        await EngineHost.EventuallyAsync(() => host.MessagesOf(id) == 2, "the first run's activity is recorded");
        step.Release();
        await host.Client.RaiseEventAsync(id, "go", "on");

        var ended = await host.EndOfAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "on"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
    }

    /// <summary>Holds the engine in the middle of a step.</summary>
    private sealed class Step
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Held => _held.Task.WaitAsync(EngineHost.Deadline);

        public void Hold()
        {
            _held.TrySetResult();
            _released.Task.Wait(EngineHost.Deadline);
        }

        public void Release() => _released.SetResult();
    }
}
