using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>
/// Where the Functions host, which the local client answers like, is stricter or does more than the package's own test host, so that no contract test can say it.
/// </summary>
public sealed class FunctionsHostTests
{
    [Theory]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("")]
    public async Task Schedule_IdThatIsNone_Throws(string id)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => host.StartInstanceAsync("wait", id: id));
        Assert.Empty(await ListAsync(host));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task Schedule_IdOfALength_FitsUpToAHundred(int length, bool fits)
    {
        await using var host = await StartAsync();

        var refused = await Record.ExceptionAsync(() => host.StartInstanceAsync("child", id: new string('x', length)));

        Assert.Equal(fits, refused is null);
        Assert.Equal(fits ? 1 : 0, (await ListAsync(host)).Count);
    }

    [Fact]
    public async Task Signals_IdOfAnEntity_AreRefusedBeforeTheyAreSent()
    {
        await using var host = await StartAsync();
        const string Entity = "@counter@one";

        foreach (var call in (Func<Task>[])
            [
                () => host.Client.RaiseEventAsync(Entity, "event"),
                () => host.Client.TerminateInstanceAsync(Entity),
                () => host.Client.SuspendInstanceAsync(Entity),
                () => host.Client.ResumeInstanceAsync(Entity),
                () => host.Client.RestartAsync(Entity),
                () => host.Client.GetInstanceAsync(Entity),
                () => host.Client.WaitForInstanceStartAsync(Entity, EngineHost.Deadline),
                () => host.Client.WaitForInstanceCompletionAsync(Entity, EngineHost.Deadline),
            ])
            await Assert.ThrowsAsync<ArgumentException>(call);
        Assert.Throws<ArgumentException>(() => host.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "@counter")));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(Entity)).PurgedInstanceCount);
    }

    [Fact]
    public async Task Orchestrator_SpeaksToAnEntitysId_IsRefused()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("run", async context =>
        {
            Assert.Throws<ArgumentException>(() => context.SendEvent("@counter@one", "event", "payload"));
            await Assert.ThrowsAsync<ArgumentException>(
                () => context.CallSubOrchestratorAsync("run", null, new TaskOptions().WithInstanceId("@counter@one")));
            return "refused";
        }));

        Assert.Equal("refused", (await host.RunAsync("run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Schedule_IdIsAlive_IsRefusedUnlessToldOtherwise()
    {
        await using var host = await StartAsync();
        var running = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(running);
        var suspended = await host.StartInstanceAsync("wait");
        await host.Client.SuspendInstanceAsync(suspended);
        var pending = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "wait", null, new StartOrchestrationOptions(null, TimeProvider.System.GetUtcNow().AddHours(1)));

        foreach (var id in (string[])[running, suspended, pending])
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.StartInstanceAsync("wait", id: id));
    }

    [Theory]
    [InlineData(true, "Terminated")]
    [InlineData(true, "Terminated", "Pending", "Suspended")]
    [InlineData(false, "Terminated", "Pending", "Running", "Suspended")]
    [InlineData(false, "Completed", "Failed")]
    public async Task Schedule_DedupeTerminatedButNotWhatRuns_Throws(bool isRefused, params string[] statuses)
    {
        await using var host = await StartAsync();

        var refused = await Record.ExceptionAsync(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "child", null, new StartOrchestrationOptions("one") { DedupeStatuses = statuses }));

        Assert.Equal(isRefused ? typeof(ArgumentException) : null, refused?.GetType());
        Assert.Equal(isRefused ? 0 : 1, (await ListAsync(host)).Count);
    }

    [Fact]
    public async Task Terminate_Recursive_EndsChildrenToo()
    {
        await using var host = await StartAsync();
        var id = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(id);

        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true));

        foreach (var (name, output) in new[] { (id, "enough"), ($"{id}-child", "enough") })
        {
            var ended = await host.EndOfAsync(name);
            Assert.Equal((OrchestrationRuntimeStatus.Terminated, output), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        }
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Purge_Recursive_CountsChildrenToo(bool recursive, int count)
    {
        await using var host = await StartAsync();
        var id = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(id);
        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions(null, Recursive: true));
        await host.EndOfAsync($"{id}-child");

        Assert.Equal(count, (await host.Client.PurgeInstanceAsync(id, new PurgeInstanceOptions(recursive))).PurgedInstanceCount);
        Assert.Equal(recursive, await host.Client.GetInstanceAsync($"{id}-child") is null);
    }

    [Fact]
    public async Task PurgeAll_FilterThatTakesEverything_LeavesWhatIsAlive()
    {
        await using var host = await StartAsync();
        var alive = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(alive);
        await host.RunAsync("echo", "x");

        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);
        Assert.Equal([alive, $"{alive}-child"], (await ListAsync(host)).Order());
    }

    [Fact]
    public async Task Restart_RunningUnderItsId_IsRefused()
    {
        await using var host = await StartAsync();
        var id = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(id);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RestartAsync(id));
    }

    [Fact]
    public async Task Resume_Running_IsRefused()
    {
        await using var host = await StartAsync();
        var id = await host.StartInstanceAsync("wait");
        await host.HistoryHasAsync<Local.Durable.History.ChildScheduled>(id);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => host.Client.ResumeInstanceAsync(id));

        Assert.Equal("Grpc.Core.RpcException", refused.GetType().FullName);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(id))?.RuntimeStatus);
    }

    [Fact]
    public async Task GetInput_OfAnotherTypeOrNone_IsConverted()
    {
        await using var host = await EngineHost.StartAsync(tasks => tasks.AddOrchestratorFunc("run", context => Task.FromResult(
            $"{context.GetInput<Dictionary<string, int>>()?["Number"]} {context.GetInput<Numbered>()?.Number}")).AddOrchestratorFunc("none", context =>
            Task.FromResult($"{context.GetInput<string>() is null} {context.GetInput<int>()}")));

        Assert.Equal("7 7", (await host.RunAsync("run", new { Number = 7 })).ReadOutputAs<string>());
        Assert.Equal("True 0", (await host.RunAsync("none")).ReadOutputAs<string>());
    }

    private static async Task<List<string>> ListAsync(EngineHost host)
    {
        var ids = new List<string>();
        await foreach (var info in host.Client.GetAllInstancesAsync())
            ids.Add(info.InstanceId);
        return ids;
    }

    private static Task<EngineHost> StartAsync() => EngineHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("echo", (_, text) => text)
        .AddOrchestratorFunc("child", context => context.WaitForExternalEvent<string>("go"))
        .AddOrchestratorFunc("wait", context =>
            context.CallSubOrchestratorAsync<string>("child", null, new TaskOptions().WithInstanceId($"{context.InstanceId}-child"))));

    private sealed record Numbered(int Number);
}
