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
            "wait", null, new StartOrchestrationOptions("one") { DedupeStatuses = ["Completed", "Nonsense"] }));
        Assert.Null(await host.Client.GetInstanceAsync("one"));
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
