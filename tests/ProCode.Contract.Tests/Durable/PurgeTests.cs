using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>What is removed for good.</summary>
public sealed class PurgeTests
{
    private static readonly OrchestrationRuntimeStatus[] Completed = [OrchestrationRuntimeStatus.Completed];

    [Fact]
    public async Task Purge_RunningOrUnknown_RemovesNothing()
    {
        await using var host = await StartAsync();
        var running = await host.StartAsync("wait");
        await host.SaysAsync(running, "waiting");

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(running)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("unknown")).PurgedInstanceCount);

        await host.Client.RaiseEventAsync(running, "go", "still here");
        Assert.Equal("still here", (await host.EndOfAsync(running)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Purge_Twice_CountsOnce()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "x")).InstanceId;

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
    }

    [Fact]
    public async Task Purge_ThenSchedule_IsANewInstance()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "first")).InstanceId;
        await host.Client.PurgeInstanceAsync(id);

        await host.StartAsync("echo", "second", id);

        Assert.Equal("second", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task PurgeAll_CreatedFromAndTo_BothEndsAreIncluded()
    {
        await using var host = await StartAsync();
        var first = await host.RunAsync("echo", "first");
        var second = await host.RunAsync("echo", "second");
        var third = await host.RunAsync("echo", "third");

        var purged = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(second.CreatedAt, second.CreatedAt, Completed));

        Assert.Equal(1, purged.PurgedInstanceCount);
        Assert.NotNull(await host.Client.GetInstanceAsync(first.InstanceId));
        Assert.Null(await host.Client.GetInstanceAsync(second.InstanceId));
        Assert.NotNull(await host.Client.GetInstanceAsync(third.InstanceId));
    }

    [Fact]
    public async Task PurgeAll_CreatedFromOnly_LeavesTheOlder()
    {
        await using var host = await StartAsync();
        var first = await host.RunAsync("echo", "first");
        var second = await host.RunAsync("echo", "second");

        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(second.CreatedAt, null, Completed))).PurgedInstanceCount);
        Assert.NotNull(await host.Client.GetInstanceAsync(first.InstanceId));
        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(null, first.CreatedAt, Completed))).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(first.InstanceId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task PurgeAll_TimeoutThatIsNone_IsRefusedAndNothingIsRemoved(int seconds)
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "x")).InstanceId;
        var filter = new PurgeInstancesFilter(Statuses: Completed) { Timeout = TimeSpan.FromSeconds(seconds) };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Client.PurgeAllInstancesAsync(filter));
        Assert.NotNull(await host.Client.GetInstanceAsync(id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Purge_WithoutAnId_Throws(string? id)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.PurgeInstanceAsync(id!));
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("echo", (_, text) => text)
        .AddOrchestratorFunc("wait", context =>
        {
            context.SetCustomStatus("waiting");
            return context.WaitForExternalEvent<string>("go");
        }));
}
