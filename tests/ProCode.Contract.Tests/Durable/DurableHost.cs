using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace ProCode.Contract.Tests.Durable;

/// <summary>Starts the package's own test host and waits for orchestrations with a deadline.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DurableTaskTestHost _host;

    private DurableHost(DurableTaskTestHost host) => _host = host;

    public DurableTaskClient Client => _host.Client;

    public static async Task<DurableHost> StartAsync(Action<DurableTaskRegistry> registry) => new(await DurableTaskTestHost.StartAsync(registry));

    public Task<string> StartAsync(string name, object? input = null, string? id = null) => Client.ScheduleNewOrchestrationInstanceAsync(
        name, input, id is null ? null : new StartOrchestrationOptions(id));

    public async Task<OrchestrationMetadata> EndOfAsync(string id)
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await Client.WaitForInstanceCompletionAsync(id, true, deadline.Token);
    }

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null) => await EndOfAsync(await StartAsync(name, input));

    /// <summary>Waits until the orchestration has set this custom status.</summary>
    public async Task SaysAsync(string id, string status)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while ((await Client.GetInstanceAsync(id, true))?.SerializedCustomStatus != $"\"{status}\"")
            await Task.Delay(5, deadline.Token);
    }

    public async Task IsAsync(string id, OrchestrationRuntimeStatus status)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while ((await Client.GetInstanceAsync(id))?.RuntimeStatus != status)
            await Task.Delay(5, deadline.Token);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
