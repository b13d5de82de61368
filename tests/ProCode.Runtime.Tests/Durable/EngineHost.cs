using System.Diagnostics;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;
using ProCode.Runtime.Tests.Durable.Faults;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>A worker on a file of its own, which can be closed and opened again with other code.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-engine-");
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private EmbeddedDurableWorker? _worker;

    public ManualClock? Clock { get; init; }

    public bool ForceReplay { get; init; }

    public int? EventChaos { get; init; }

    public TimeSpan Retention { get; init; } = Timeout.InfiniteTimeSpan;

    public bool SurvivesPowerLoss { get; init; }

    public IStorageFate? Fate { get; init; }

    /// <summary>The version of the host that the worker is in, if it is in one.</summary>
    public string? HostVersion { get; set; }

    public RunRecorder Recorder { get; } = new();

    public string DatabasePath => Path.Combine(_folder.FullName, "durable.db");

    public EmbeddedDurableWorker Worker => _worker ?? throw new InvalidOperationException("The engine is closed.");

    public DurableTaskClient Client => Worker.Client;

    /// <summary>Cancelled when a test has waited long enough.</summary>
    public static CancellationToken Deadline => new CancellationTokenSource(Patience).Token;

    public static async Task<EngineHost> StartAsync(Action<DurableTaskRegistry> registry, ManualClock? clock = null, bool forceReplay = false)
    {
        var host = new EngineHost { Clock = clock, ForceReplay = forceReplay };
        await host.OpenAsync(registry);
        return host;
    }

    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, $"Waited in vain: {what}");
            await Task.Delay(5);
        }
    }

    public async Task OpenAsync(Action<DurableTaskRegistry> registry, bool start = true)
    {
        var tasks = new DurableTaskRegistry();
        registry(tasks);
        _worker = EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions
            {
                DatabasePath = DatabasePath,
                ForceReplay = ForceReplay,
                EventChaos = EventChaos,
                Retention = Retention,
                HostVersion = HostVersion,
                Recorder = Recorder,
                SurvivesPowerLoss = SurvivesPowerLoss,
                Fate = Fate,
            },
            tasks,
            _services,
            JsonDataConverter.Default,
            NullLoggerFactory.Instance,
            Clock ?? TimeProvider.System);
        if (start)
            await _worker.StartAsync(CancellationToken.None);
    }

    public async Task CloseAsync()
    {
        if (_worker is not null)
            await _worker.DisposeAsync();
        _worker = null;
    }

    public async Task<string> StartInstanceAsync(string name, object? input = null, string? id = null) =>
        await Client.ScheduleNewOrchestrationInstanceAsync(name, input, id is null ? null : new StartOrchestrationOptions(id));

    public Task<OrchestrationMetadata> EndOfAsync(string id) => Client.WaitForInstanceCompletionAsync(id, true, Deadline);

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null) => await EndOfAsync(await StartInstanceAsync(name, input));

    public IReadOnlyList<HistoryEvent> History(string id) => Worker.Engine.ReadHistory(id);

    /// <summary>How many messages of the instance no recorded step has taken.</summary>
    public int MessagesOf(string id)
    {
        using var file = new StateFile(DatabasePath);
        return file.Query($"SELECT place FROM inbox WHERE instance = '{id}'").Count;
    }

    public Task HistoryHasAsync<T>(string id, int count = 1)
        where T : HistoryEvent => EventuallyAsync(() => History(id).OfType<T>().Count() >= count, $"{count} {typeof(T).Name} in the history of {id}");

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
