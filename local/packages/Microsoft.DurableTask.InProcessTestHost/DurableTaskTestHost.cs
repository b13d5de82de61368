using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProCode.Local.Durable.Recording;

namespace Microsoft.DurableTask.Testing;

/// <summary>What a test host may be given.</summary>
public class DurableTaskTestHostOptions
{
    /// <summary>Services that activities are made with. A <see cref="TimeProvider"/> among them is the engine's clock, a
    /// <see cref="RunRecorder"/> keeps what every run did.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; set; }

    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Where the package's own sidecar listens. Here nothing does: client and engine are in one process.</summary>
    public int? Port { get; set; }
}

/// <summary>
/// Runs orchestrations in the test's process on the durable engine, with a database of its own that is removed at the end. Every
/// step is replayed from the start, so that nondeterminism can't hide.
/// </summary>
public sealed class DurableTaskTestHost : IAsyncDisposable
{
    private readonly EmbeddedDurableWorker _worker;
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _folder;

    private DurableTaskTestHost(EmbeddedDurableWorker worker, ServiceProvider services, DirectoryInfo folder)
    {
        _worker = worker;
        _services = services;
        _folder = folder;
    }

    public DurableTaskClient Client => _worker.Client;

    public IServiceProvider Services => _services;

    public static async Task<DurableTaskTestHost> StartAsync(
        Action<DurableTaskRegistry> registry,
        DurableTaskTestHostOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var tasks = new DurableTaskRegistry();
        registry(tasks);

        var services = new ServiceCollection();
        if (options?.LoggerFactory is { } loggers)
            services.AddSingleton(loggers);
        services.AddLogging();
        options?.ConfigureServices?.Invoke(services);
        var provider = services.BuildServiceProvider();

        var folder = Directory.CreateTempSubdirectory("durable-test-");
        var worker = EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions
            {
                DatabasePath = Path.Combine(folder.FullName, "durable.db"),
                ForceReplay = true,
                EventChaos = EmbeddedDurableOptions.EventChaosOfEnvironment,
                Recorder = provider.GetService<RunRecorder>(),
            },
            tasks,
            provider,
            provider.GetService<DataConverter>() ?? JsonDataConverter.Default,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System);
        var host = new DurableTaskTestHost(worker, provider, folder);
        try
        {
            await worker.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _services.DisposeAsync();
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
    }
}
