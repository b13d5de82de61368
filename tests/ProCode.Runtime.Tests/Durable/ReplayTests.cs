using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ProCode.Local.Durable.History;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>Replay: it is real, it is checked, and what can't be replayed is refused.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string, Action<DurableTaskRegistry>> Changes => new()
    {
        { "activity 'second'", tasks => tasks.AddOrchestratorFunc("run", async context =>
            {
                await context.CallActivityAsync("second");
                await context.WaitForExternalEvent<string>("go");
            }) },
        { "a timer (#0)", tasks => tasks.AddOrchestratorFunc("run", async context =>
            {
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                await context.WaitForExternalEvent<string>("go");
            }) },
        { "no longer asks for it", tasks => tasks.AddOrchestratorFunc("run", context => context.WaitForExternalEvent<string>("go")) },
        { "activity 'extra' (#1), which its history doesn't have", tasks => tasks.AddOrchestratorFunc("run", async context =>
            {
                await Task.WhenAll(context.CallActivityAsync("first"), context.CallActivityAsync("extra"));
                await context.WaitForExternalEvent<string>("go");
            }) },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Replay_CodeHasChanged_FailsTheInstanceNamingTheEvent(string expected, Action<DurableTaskRegistry> changed)
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks
            .AddActivityFunc("first", _ => { })
            .AddOrchestratorFunc("run", async context =>
            {
                await context.CallActivityAsync("first");
                await context.WaitForExternalEvent<string>("go");
            }));
        var id = await host.StartInstanceAsync("run");
        await host.HistoryHasAsync<ActivityCompleted>(id);
        await host.CloseAsync();

        await host.OpenAsync(changed);
        await host.Client.RaiseEventAsync(id, "go");

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", ended.FailureDetails?.ErrorType);
        Assert.Contains(expected, ended.FailureDetails?.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Step_WithAndWithoutKeptState_GivesTheSame(bool forceReplay)
    {
        var runs = 0;
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddActivityFunc<int, int>("double", (_, number) => number * 2)
                .AddOrchestratorFunc<string>("run", async context =>
                {
                    Interlocked.Increment(ref runs);
                    var number = 1;
                    var ids = new HashSet<Guid>();
                    for (var i = 0; i < 5; i++)
                    {
                        number = await context.CallActivityAsync<int>("double", number);
                        ids.Add(context.NewGuid());
                    }

                    return $"{number} {ids.Count}";
                }),
            forceReplay: forceReplay);

        Assert.Equal("32 5", (await host.RunAsync("run")).ReadOutputAs<string>());
        Assert.Equal(forceReplay ? 6 : 1, runs);
    }

    [Fact]
    public async Task Replay_ClockAndIds_AreTheSameAgain()
    {
        var seen = new List<string>();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddActivityFunc("pause", _ => Task.Delay(2))
                .AddOrchestratorFunc("run", async context =>
                {
                    seen.Add($"{context.CurrentUtcDateTime:o} {context.NewGuid()}");
                    await context.CallActivityAsync("pause");
                    await context.CallActivityAsync("pause");
                }),
            forceReplay: true);

        await host.RunAsync("run");

        Assert.Equal(3, seen.Count);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public async Task IsReplaying_OnlyWhileHistoryIsRepeated()
    {
        var fresh = new List<string>();
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddActivityFunc("work", _ => { })
                .AddOrchestratorFunc("run", async context =>
                {
                    for (var i = 0; i < 3; i++)
                    {
                        if (!context.IsReplaying)
                            fresh.Add($"before {i}");
                        await context.CallActivityAsync("work");
                    }
                }),
            forceReplay: true);

        await host.RunAsync("run");

        Assert.Equal(["before 0", "before 1", "before 2"], fresh);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Orchestrator_AwaitsSomethingElse_IsFailed(bool forceReplay)
    {
        await using var host = await EngineHost.StartAsync(
            tasks => tasks
                .AddActivityFunc("slow", _ => Task.Delay(TimeSpan.FromMinutes(1)))
                .AddOrchestratorFunc("alone", _ => Task.Delay(20))
                .AddOrchestratorFunc("beside", context => Task.WhenAny(context.WaitForExternalEvent<string>("never"), Delayed()))
                .AddOrchestratorFunc("thread", async context =>
                {
                    await context.CallActivityAsync("quick");
                    await Task.Run(() => context.CallActivityAsync("quick"));
                })
                .AddActivityFunc("quick", _ => { }),
            forceReplay: forceReplay);

        foreach (var name in (string[])["alone", "beside", "thread"])
        {
            var ended = await host.RunAsync(name);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
            Assert.Contains("awaited something other than its context's tasks", ended.FailureDetails?.ErrorMessage, StringComparison.Ordinal);
        }

        static async Task Delayed()
        {
            await Task.Delay(20);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Activity_Unknown_FailsWithoutRetry()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", context => context.CallActivityAsync(
            "missing", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1))))));

        var ended = await host.RunAsync("run");

        Assert.Equal("ActivityTaskNotFound", ended.FailureDetails?.InnerFailure?.ErrorType);
    }

    [Fact]
    public async Task Orchestrator_Unknown_FailsTheInstanceNotTheStart()
    {
        await using var host = await EngineHost.StartAsync(_ => { });

        Assert.Equal("OrchestratorTaskNotFound", (await host.RunAsync("missing")).FailureDetails?.ErrorType);
    }
}
