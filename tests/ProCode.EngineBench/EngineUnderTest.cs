using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable;

namespace ProCode.EngineBench;

/// <summary>The engine with <see cref="Work"/> on a file, and what the benchmark asks of it.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly EmbeddedDurableWorker _worker;

    private EngineUnderTest(ServiceProvider services, EmbeddedDurableWorker worker) => (_services, _worker) = (services, worker);

    public DurableTaskClient Client => _worker.Client;

    public DurableEngine Engine => _worker.Engine;

    public static async Task<EngineUnderTest> StartAsync(string file)
    {
        var registry = new DurableTaskRegistry();
        Work.Register(registry);
        var services = new ServiceCollection().BuildServiceProvider();
        var worker = EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions { DatabasePath = file }, registry, services, JsonDataConverter.Default, NullLoggerFactory.Instance, TimeProvider.System);
        await worker.StartAsync(CancellationToken.None);
        return new EngineUnderTest(services, worker);
    }

    public Task<string> StartInstanceAsync(string name, object? input = null, string? id = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(name, input, id is null ? null : new StartOrchestrationOptions(id));

    /// <summary>Waits for its end, which must be a good one.</summary>
    public async Task CompleteAsync(string id)
    {
        var ended = await Client.WaitForInstanceCompletionAsync(id);
        if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed) throw new InvalidOperationException($"{id} has {ended.RuntimeStatus}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _services.DisposeAsync();
    }
}
