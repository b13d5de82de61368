using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>Which instances a listing holds, and what of them.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task GetAllInstances_CreatedFromAndTo_BothEndsAreIncluded()
    {
        await using var host = await StartAsync();
        var first = await host.RunAsync("echo", "first");
        var second = await host.RunAsync("echo", "second");
        var third = await host.RunAsync("echo", "third");

        Assert.Equal(Ids(second, third), await ListAsync(host, new OrchestrationQuery(CreatedFrom: second.CreatedAt)));
        Assert.Equal(Ids(first, second), await ListAsync(host, new OrchestrationQuery(CreatedTo: second.CreatedAt)));
        Assert.Equal(Ids(second), await ListAsync(host, new OrchestrationQuery(second.CreatedAt, second.CreatedAt)));
        Assert.Empty(await ListAsync(host, new OrchestrationQuery(CreatedFrom: third.CreatedAt.AddTicks(1))));
    }

    [Fact]
    public async Task GetAllInstances_SeveralStatuses_AreAlternativesAndNoneIsAny()
    {
        await using var host = await StartAsync();
        var completed = (await host.RunAsync("echo", "x")).InstanceId;
        var failed = (await host.RunAsync("fail")).InstanceId;
        var running = await host.StartAsync("wait");
        await host.SaysAsync(running, "waiting");
        var suspended = await host.StartAsync("wait");
        await host.SaysAsync(suspended, "waiting");
        await host.Client.SuspendInstanceAsync(suspended);
        await host.IsAsync(suspended, OrchestrationRuntimeStatus.Suspended);

        Assert.Equal(Ids(completed, failed), await ListAsync(host, Of(OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed)));
        Assert.Equal(Ids(running), await ListAsync(host, Of(OrchestrationRuntimeStatus.Running)));
        Assert.Equal(Ids(suspended), await ListAsync(host, Of(OrchestrationRuntimeStatus.Suspended)));
        Assert.Equal(Ids(completed, failed, running, suspended), await ListAsync(host, Of()));
        Assert.Equal(Ids(completed, failed, running, suspended), await ListAsync(host, null));

        static OrchestrationQuery Of(params OrchestrationRuntimeStatus[] statuses) => new(Statuses: statuses);
    }

    [Fact]
    public async Task GetAllInstances_PrefixAndStatus_BothMustFit()
    {
        await using var host = await StartAsync();
        await host.EndOfAsync(await host.StartAsync("echo", "x", "a-1"));
        await host.EndOfAsync(await host.StartAsync("echo", "x", "b-1"));
        await host.StartAsync("wait", id: "a-2");

        Assert.Equal(["a-1", "a-2"], await ListAsync(host, new OrchestrationQuery(InstanceIdPrefix: "a-")));
        Assert.Equal(
            ["a-1"], await ListAsync(host, new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "a-")));
        Assert.Empty(await ListAsync(host, new OrchestrationQuery(InstanceIdPrefix: "c-")));
    }

    [Fact]
    public async Task GetAllInstances_NoTaskHubOrPrefixNamed_NarrowsNothing()
    {
        await using var host = await StartAsync();
        var only = await host.RunAsync("echo", "x");

        Assert.Equal(Ids(only), await ListAsync(host, new OrchestrationQuery(TaskHubNames: [], InstanceIdPrefix: "")));
    }

    [Fact]
    public async Task GetAllInstances_PageSizeHint_GoesBeforeTheQuerysOwn()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
            await host.RunAsync("echo", "x");

        var pages = await PagesAsync(host.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 5)).AsPages(pageSizeHint: 2));

        Assert.All(pages, page => Assert.InRange(page.Values.Count, 0, 2));
        Assert.Equal(5, pages.SelectMany(page => page.Values).Select(info => info.InstanceId).Distinct().Count());
    }

    [Fact]
    public async Task GetAllInstances_ContinuationToken_GoesOnWhereItWasGiven()
    {
        await using var host = await StartAsync();
        var all = new List<string>();
        for (var i = 0; i < 5; i++)
            all.Add((await host.RunAsync("echo", "x")).InstanceId);
        var query = new OrchestrationQuery(PageSize: 2);
        var first = (await PagesAsync(host.Client.GetAllInstancesAsync(query).AsPages()))[0];

        var byQuery = await ListAsync(host, query with { ContinuationToken = first.ContinuationToken });
        var byPages = await PagesAsync(host.Client.GetAllInstancesAsync(query).AsPages(first.ContinuationToken));

        var rest = all.Except(first.Values.Select(info => info.InstanceId)).Order();
        Assert.Equal(3, byQuery.Count);
        Assert.Equal(rest, byQuery);
        Assert.Equal(rest, byPages.SelectMany(page => page.Values).Select(info => info.InstanceId).Order());
    }

    [Fact]
    public void Query_NothingSaid_HasPagesOfAHundredWithoutPayloads()
    {
        var query = new OrchestrationQuery();

        Assert.Equal((100, false), (query.PageSize, query.FetchInputsAndOutputs));
        Assert.Equal((null, null, null), (query.Statuses, query.InstanceIdPrefix, query.ContinuationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetAllInstances_InputsAndOutputs_AreReadOnlyWhenFetched(bool fetch)
    {
        await using var host = await StartAsync();
        await host.RunAsync("echo", "text");

        var info = Assert.Single(await InstancesAsync(host, new OrchestrationQuery(FetchInputsAndOutputs: fetch)));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, info.RuntimeStatus);
        if (fetch)
        {
            Assert.Equal(("text", "text", "echoed"), (info.ReadInputAs<string>(), info.ReadOutputAs<string>(), info.ReadCustomStatusAs<string>()));
            return;
        }

        Assert.Throws<InvalidOperationException>(() => info.ReadInputAs<string>());
        Assert.Throws<InvalidOperationException>(() => info.ReadOutputAs<string>());
        Assert.Throws<InvalidOperationException>(() => info.ReadCustomStatusAs<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetInstance_OfAFailedOne_HasItsFailureOnlyWhenFetched(bool fetch)
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("fail")).InstanceId;

        var info = await host.Client.GetInstanceAsync(id, fetch);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, info!.RuntimeStatus);
        Assert.Equal(fetch ? "System.TimeoutException: late" : null, info.FailureDetails?.ToString());
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("echo", (context, text) =>
        {
            context.SetCustomStatus("echoed");
            return text;
        })
        .AddOrchestratorFunc("fail", new Action<TaskOrchestrationContext>(_ => throw new TimeoutException("late")))
        .AddOrchestratorFunc("wait", context =>
        {
            context.SetCustomStatus("waiting");
            return context.WaitForExternalEvent<string>("go");
        }));

    private static IEnumerable<string> Ids(params OrchestrationMetadata[] infos) => infos.Select(info => info.InstanceId).Order();

    private static IEnumerable<string> Ids(params string[] ids) => ids.Order();

    private static async Task<List<string>> ListAsync(DurableHost host, OrchestrationQuery? query) =>
        [.. (await InstancesAsync(host, query)).Select(info => info.InstanceId).Order()];

    private static async Task<List<OrchestrationMetadata>> InstancesAsync(DurableHost host, OrchestrationQuery? query)
    {
        var infos = new List<OrchestrationMetadata>();
        await foreach (var info in host.Client.GetAllInstancesAsync(query))
            infos.Add(info);
        return infos;
    }

    private static async Task<List<Page<OrchestrationMetadata>>> PagesAsync(IAsyncEnumerable<Page<OrchestrationMetadata>> listing)
    {
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in listing)
            pages.Add(page);
        return pages;
    }
}
