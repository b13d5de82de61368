using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ProCode.Contract.Tests.Durable;

/// <summary>What a client refuses before it asks anybody, and how it waits.</summary>
public sealed class ClientRefusalTests
{
    [Theory]
    [InlineData(null, "event")]
    [InlineData("", "event")]
    [InlineData("instance", null)]
    [InlineData("instance", "")]
    public async Task RaiseEvent_WithoutIdOrName_Throws(string? id, string? name)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.RaiseEventAsync(id!, name!, "payload"));
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a\u0085b")]
    [InlineData("more than a hundred: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public async Task Schedule_IdThatTheHostRefuses_Throws(string id)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync("wait", id: id));
        Assert.Null(await host.Client.GetInstanceAsync("a"));
    }

    [Fact]
    public async Task Schedule_WithoutAnId_HasThirtyTwoHexDigits()
    {
        await using var host = await StartAsync();

        Assert.Matches("^[0-9a-f]{32}$", await host.StartAsync("wait"));
    }

    [Fact]
    public async Task Schedule_DedupeWordThatIsNone_Throws()
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "wait", null, new StartOrchestrationOptions("one") { DedupeStatuses = ["Nonsense"] }));
    }

    [Fact]
    public async Task Schedule_DedupeTerminatedAlone_Throws()
    {
        await using var host = await StartAsync();
        var options = new StartOrchestrationOptions("one");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", null, options);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "wait", null, options.WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated)));
    }

    [Fact]
    public async Task WaitForCompletion_TokenIsCancelled_Throws()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait");
        using var stop = new CancellationTokenSource();

        var waiting = host.Client.WaitForInstanceCompletionAsync(id, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Purge_FilterWithoutTime_Throws()
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter { Timeout = TimeSpan.Zero }));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, false, true)]
    public void Metadata_Status_SaysWhetherItRunsOrIsOver(OrchestrationRuntimeStatus status, bool runs, bool over)
    {
        var metadata = new OrchestrationMetadata("name", "id") { RuntimeStatus = status };

        Assert.Equal((runs, over), (metadata.IsRunning, metadata.IsCompleted));
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc("wait", context => context.WaitForExternalEvent<string>("go")));
}
