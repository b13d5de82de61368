using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Local.Hosting;

namespace Microsoft.Azure.Functions.Worker.Local;

/// <summary>The durable engine of an app: opened at the start of an app that has durable functions or uses the client.</summary>
internal sealed class DurableRuntime(
    LocalHostSettings settings, HostFile hostFile, IOptions<WorkerOptions> options, IServiceProvider services, ILoggerFactory loggers, TimeProvider time)
    : IAsyncDisposable, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private EmbeddedDurableWorker? _worker;

    public DurableTaskRegistry Registry { get; } = new();

    /// <summary>Whether anything in the app needs the engine.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Tells running activities that the host is about to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public DurableTaskClient Client => _worker?.Client ?? throw new InvalidOperationException("The durable engine starts with the host.");

    public Task StartAsync(CancellationToken cancellation)
    {
        if (!IsUsed) return Task.CompletedTask;
        Directory.CreateDirectory(settings.DataPath);
        _worker = EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions
            {
                DatabasePath = Path.Combine(settings.DataPath, "durable.db"),
                MaxConcurrentActivities = hostFile.MaxConcurrentActivities,
                MaxConcurrentOrchestrators = hostFile.MaxConcurrentOrchestrators,
                ForceReplay = settings.ForceReplay,
                CrashAt = settings.CrashAt,
                EventChaos = settings.EventChaos,
                HostVersion = hostFile.DefaultVersion,
                Retention = settings.DurableRetention,
                SurvivesPowerLoss = settings.SurvivesPowerLoss,
            },
            Registry, services, new SerializerDataConverter(options.Value.Serializer!), loggers, time);
        return _worker.StartAsync(cancellation);
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        // The engine must know first: what an activity does on hearing of it is no result.
        var stopped = _worker?.StopAsync(cancellation) ?? Task.CompletedTask;
        _stopping.Cancel();
        return stopped;
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null) await _worker.DisposeAsync();
        _stopping.Dispose();
    }

    // For a host that is disposed of without await.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}

/// <summary>Starts the engine before HTTP listens, and stops it after HTTP has stopped.</summary>
internal sealed class DurableService(DurableRuntime runtime) : IFunctionRuntimeService
{
    public Task StartAsync(CancellationToken cancellationToken) => runtime.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => runtime.StopAsync(cancellationToken);
}
