namespace ProCode.Contract.Tests.Durable;

/// <summary>How a client waits for an instance, and how it stops waiting.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task WaitForCompletion_UnknownInstance_WaitsUntilItIsCancelled()
    {
        await using var host = await StartAsync();
        using var stop = new CancellationTokenSource();

        var waiting = host.Client.WaitForInstanceCompletionAsync("unknown", stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task WaitForStart_UnknownInstance_WaitsUntilItIsCancelled()
    {
        await using var host = await StartAsync();
        using var stop = new CancellationTokenSource();

        var waiting = host.Client.WaitForInstanceStartAsync("unknown", stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task WaitForStart_InstanceIsMadeLater_Answers()
    {
        await using var host = await StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var waiting = host.Client.WaitForInstanceStartAsync("later", deadline.Token);
        await host.StartAsync("echo", "x", "later");

        Assert.Equal("later", (await waiting).InstanceId);
    }

    [Fact]
    public async Task Waits_TokenIsCancelledBefore_ThrowEvenWhenThereIsAnAnswer()
    {
        await using var host = await StartAsync();
        var id = (await host.RunAsync("echo", "x")).InstanceId;
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.WaitForInstanceStartAsync(id, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.WaitForInstanceCompletionAsync(id, stop.Token));
    }

    [Theory]
    [InlineData(true, "x")]
    [InlineData(false, null)]
    public async Task WaitForCompletion_Payloads_AreThereWhenAskedFor(bool payloads, string? output)
    {
        await using var host = await StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var id = await host.StartAsync("echo", "x");

        var ended = await host.Client.WaitForInstanceCompletionAsync(id, payloads, deadline.Token);

        Assert.Equal(output is null ? null : $"\"{output}\"", ended.SerializedOutput);
        Assert.True(ended.IsCompleted);
    }

    [Fact]
    public async Task WaitForCompletion_SeveralWaiters_AllAreAnswered()
    {
        await using var host = await StartAsync();
        var id = await host.StartAsync("wait");
        var waiting = Enumerable.Range(0, 3).Select(_ => host.EndOfAsync(id)).ToList();

        await host.Client.RaiseEventAsync(id, "go", "on");

        Assert.All(await Task.WhenAll(waiting), ended => Assert.Equal("on", ended.ReadOutputAs<string>()));
    }

    private static Task<DurableHost> StartAsync() => DurableHost.StartAsync(tasks => tasks
        .AddOrchestratorFunc<string, string>("echo", (_, text) => text)
        .AddOrchestratorFunc("wait", context => context.WaitForExternalEvent<string>("go")));
}
