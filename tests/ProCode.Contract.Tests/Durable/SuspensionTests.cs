using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>What happens to an instance that stands still, and to signals that don't fit its state.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task Resume_EventsCameMeanwhile_AreTakenInOrderWhateverTheCase()
    {
        await using var host = await StartAsync();
        var id = await SuspendedAsync(host, "two");

        await host.Client.RaiseEventAsync(id, "NEWS", "a");
        await host.Client.RaiseEventAsync(id, "news", "b");
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal("a b", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Resume_ActivityAndTimerEndedMeanwhile_GoesOnWithBoth()
    {
        var release = new TaskCompletionSource<string>();
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("slow", _ => release.Task)
            .AddOrchestratorFunc<string>("run", async context =>
            {
                var timer = context.CreateTimer(TimeSpan.FromMilliseconds(100), CancellationToken.None);
                var slow = context.CallActivityAsync<string>("slow");
                context.SetCustomStatus("waiting");
                await timer;
                return await slow;
            }));
        var id = await SuspendedAsync(host, "run");

        release.SetResult("done");
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Client.GetInstanceAsync(id))?.RuntimeStatus);
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal("done", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Resume_Suspended_IsRunningAgain()
    {
        await using var host = await StartAsync();
        var id = await SuspendedAsync(host, "two");

        await host.Client.ResumeInstanceAsync(id);

        await host.IsAsync(id, OrchestrationRuntimeStatus.Running);
    }

    [Fact]
    public async Task Terminate_Suspended_HasTheGivenOutput()
    {
        await using var host = await StartAsync();
        var id = await SuspendedAsync(host, "two");

        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough"));

        var ended = await host.EndOfAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
    }

    // Whether the client is told differs from host to host; what becomes of the instance doesn't.
    [Fact]
    public async Task Signals_ToAFinishedInstance_ChangeNothing()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("quick")).InstanceId;

        foreach (var signal in (Func<Task>[])
            [
                () => host.Client.SuspendInstanceAsync(id),
                () => host.Client.ResumeInstanceAsync(id),
                () => host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("late")),
                () => host.Client.RaiseEventAsync(id, "news", "late"),
            ])
        {
            _ = await Record.ExceptionAsync(signal);
            var ended = await host.EndOfAsync(id);
            Assert.Equal((OrchestrationRuntimeStatus.Completed, "done"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        }
    }

    [Fact]
    public async Task Resume_Running_GoesOnAsItWas()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("two");
        await host.SaysAsync(id, "waiting");

        _ = await Record.ExceptionAsync(() => host.Client.ResumeInstanceAsync(id));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(id))?.RuntimeStatus);
        await host.Client.RaiseEventAsync(id, "news", "a");
        await host.Client.RaiseEventAsync(id, "news", "b");

        Assert.Equal("a b", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Terminate_ActivityRuns_ItsResultIsDropped()
    {
        var release = new TaskCompletionSource<string>();
        await using var host = await DurableHost.StartAsync(tasks => tasks
            .AddActivityFunc("slow", _ => release.Task)
            .AddOrchestratorFunc("run", context =>
            {
                context.SetCustomStatus("waiting");
                return context.CallActivityAsync<string>("slow");
            }));
        var id = await host.StartAsync("run");
        await host.SaysAsync(id, "waiting");

        await host.Client.TerminateInstanceAsync(id);
        await host.EndOfAsync(id);
        release.SetResult("late");

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(id)).RuntimeStatus);
        Assert.Null((await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    private static async Task<string> SuspendedAsync(DurableHost host, string name)
    {
        var id = await host.StartAsync(name);
        await host.SaysAsync(id, "waiting");
        await host.Client.SuspendInstanceAsync(id);
        await host.IsAsync(id, OrchestrationRuntimeStatus.Suspended);
        return id;
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string>("quick", _ => "done")
        .AddOrchestratorFunc<string>("two", async context =>
        {
            context.SetCustomStatus("waiting");
            return $"{await context.WaitForExternalEvent<string>("news")} {await context.WaitForExternalEvent<string>("News")}";
        }));
}
