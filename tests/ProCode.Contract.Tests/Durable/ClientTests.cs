using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

public sealed class ClientTests
{
    private static readonly OrchestrationRuntimeStatus[] Any =
    [
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
    ];

    [Fact]
    public async Task Schedule_IdIsFinished_IsReplacedUnlessDedupeSaysNo()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("echo", "first");
        await host.EndOfAsync(id);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "echo", "second", new StartOrchestrationOptions(id).WithDedupeStatuses(Any)));
        Assert.Equal("first", (await host.EndOfAsync(id)).ReadOutputAs<string>());

        await host.StartAsync("echo", "third", id);
        Assert.Equal("third", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task GetInstance_WithoutPayloads_HasNoneAndUnknownIsNull()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "hello")).InstanceId;

        var info = await host.Client.GetInstanceAsync(id);

        Assert.Null(info!.SerializedInput);
        Assert.Throws<InvalidOperationException>(() => info.ReadOutputAs<string>());
        Assert.Null(await host.Client.GetInstanceAsync("unknown"));
    }

    [Fact]
    public async Task SetCustomStatus_WhileRunning_IsSeen()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait");

        await host.SaysAsync(id, "waiting");
        Assert.Equal("waiting", (await host.Client.GetInstanceAsync(id, true))!.ReadCustomStatusAs<string>());
    }

    // The 16 KB that are often spoken of are checked by functions in the host's own process only, which these are not.
    [Fact]
    public async Task SetCustomStatus_LongerThanSixteenKilobytes_IsKeptWhole()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("say", (context, length) =>
        {
            context.SetCustomStatus(new string('x', length));
            return "said";
        }));

        Assert.Equal(20_000, (await host.RunAsync("say", 20_000)).ReadCustomStatusAs<string>()?.Length);
    }

    [Fact]
    public async Task SetCustomStatus_Null_TakesItBack()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("say", async context =>
        {
            context.SetCustomStatus("something");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            context.SetCustomStatus(null);
            return "said";
        }));

        Assert.Null((await host.RunAsync("say")).ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task SetCustomStatus_NotAgainAfterContinueAsNew_IsGone()
    {
        await using var host = await DurableHost.StartAsync(tasks => tasks.AddOrchestratorFunc<bool, string>("say", async (context, isSecond) =>
        {
            if (!isSecond)
            {
                context.SetCustomStatus("first");
                context.ContinueAsNew(true);
                return "";
            }

            return await context.WaitForExternalEvent<string>("go");
        }));
        var id = await host.StartAsync("say", false);
        await host.Client.WaitForInstanceStartAsync(id, CancellationToken.None);

        await host.Client.RaiseEventAsync(id, "go", "on");

        Assert.Null((await host.EndOfAsync(id)).ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task Terminate_NotRecursive_LeavesChildrenRunning()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("parent", "the-child");
        await host.SaysAsync("the-child", "waiting");

        await host.Client.TerminateInstanceAsync(id);
        await host.EndOfAsync(id);
        await host.Client.RaiseEventAsync("the-child", "go", "on");

        Assert.Equal("on", (await host.EndOfAsync("the-child")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspend_EventsQueueUp_ResumeGoesOn()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait");
        await host.SaysAsync(id, "waiting");

        await host.Client.SuspendInstanceAsync(id, "pause");
        await host.IsAsync(id, OrchestrationRuntimeStatus.Suspended);
        await host.Client.RaiseEventAsync(id, "go", "kept");
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        await host.Client.ResumeInstanceAsync(id, "go on");

        Assert.Equal("kept", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Terminate_WhileSuspended_Ends()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait");
        await host.SaysAsync(id, "waiting");
        await host.Client.SuspendInstanceAsync(id);
        await host.IsAsync(id, OrchestrationRuntimeStatus.Suspended);

        await host.Client.TerminateInstanceAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task Purge_ById_TakesFinishedOnesOnly()
    {
        await using var host = await StartAsync();
        var finished = (await host.RunAsync("echo", "x")).InstanceId;

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("unknown")).PurgedInstanceCount);
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(finished)).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(finished));
    }

    [Fact]
    public async Task Purge_ByFilter_TakesWhatTheFilterSays()
    {
        await using var host = await StartAsync();
        var done = (await host.RunAsync("echo", "x")).InstanceId;
        var waiting = await host.StartAsync("wait");
        var terminated = await host.StartAsync("wait");
        await host.Client.TerminateInstanceAsync(terminated);
        await host.EndOfAsync(terminated);

        var result = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]));

        Assert.Equal(1, result.PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(done));
        Assert.NotNull(await host.Client.GetInstanceAsync(waiting));
        Assert.NotNull(await host.Client.GetInstanceAsync(terminated));
    }

    [Fact]
    public async Task GetAllInstances_FilterAndPages_GivesEachOnce()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 7; i++)
            await host.EndOfAsync(await host.StartAsync("echo", "x", $"page-{i}"));
        await host.StartAsync("wait", id: "page-waiting");
        await host.StartAsync("wait", id: "other");

        var query = new OrchestrationQuery(InstanceIdPrefix: "page-", Statuses: [OrchestrationRuntimeStatus.Completed], PageSize: 3);
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in host.Client.GetAllInstancesAsync(query).AsPages())
            pages.Add(page);

        Assert.All(pages, page => Assert.InRange(page.Values.Count, 0, 3));
        Assert.Null(pages[^1].ContinuationToken);
        Assert.Equal(
            Enumerable.Range(0, 7).Select(i => $"page-{i}"),
            pages.SelectMany(page => page.Values).Select(info => info.InstanceId).Order());
    }

    [Fact]
    public async Task WaitForInstanceStart_Running_Answers()
    {
        await using var host = await StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var id = await host.StartAsync("wait");

        Assert.Equal("wait", (await host.Client.WaitForInstanceStartAsync(id, deadline.Token)).Name);
    }

    [Fact]
    public async Task Restart_Finished_RunsAgainWithTheSameInput()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "again")).InstanceId;

        var other = await host.Client.RestartAsync(id, restartWithNewInstanceId: true);

        Assert.NotEqual(id, other);
        Assert.Equal("again", (await host.EndOfAsync(other)).ReadOutputAs<string>());
        Assert.Equal(id, await host.Client.RestartAsync(id));
        Assert.Equal("again", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Restart_RunningUnderANewId_StartsASecond()
    {
        await using var host = await StartAsync();
        var first = await host.StartAsync("wait");
        await host.SaysAsync(first, "waiting");

        var second = await host.Client.RestartAsync(first, restartWithNewInstanceId: true);
        await host.SaysAsync(second, "waiting");
        await host.Client.RaiseEventAsync(second, "go", "on");

        Assert.Matches("^[0-9a-f]{32}$", second);
        Assert.Equal("on", (await host.EndOfAsync(second)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(first))?.RuntimeStatus);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_Unknown_IsRefused(bool underANewId)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("unknown", underANewId));
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("echo", (_, text) => text)
        .AddOrchestratorFunc("wait", context =>
        {
            context.SetCustomStatus("waiting");
            return context.WaitForExternalEvent<string>("go");
        })
        .AddOrchestratorFunc<string, string>("parent", (context, child) =>
            context.CallSubOrchestratorAsync<string>("wait", null, new TaskOptions().WithInstanceId(child))));
}
