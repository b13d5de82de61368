using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Local.Durable;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs the orchestrators and activities of a registry on the local durable engine.</summary>
internal sealed class EmbeddedDurableWorker : IAsyncDisposable
{
    private EmbeddedDurableWorker(DurableEngine engine, DurableTaskClient client)
    {
        Engine = engine;
        Client = client;
    }

    public DurableTaskClient Client { get; }

    /// <summary>The engine itself, for reading histories.</summary>
    public DurableEngine Engine { get; }

    /// <summary>
    /// Opens the database file; nothing runs before <see cref="StartAsync"/>, but the client works. Throws when another process has
    /// the file open, or it is damaged, foreign or of a newer format.
    /// </summary>
    public static EmbeddedDurableWorker Open(
        EmbeddedDurableOptions options,
        DurableTaskRegistry registry,
        IServiceProvider services,
        DataConverter converter,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        var engine = DurableEngine.Open(
            new DurableEngineOptions
            {
                DatabasePath = options.DatabasePath,
                MaxConcurrentActivities = options.MaxConcurrentActivities,
                MaxConcurrentOrchestrators = options.MaxConcurrentOrchestrators,
                MaxLiveInstances = options.MaxLiveInstances,
                ForceReplay = options.ForceReplay,
                CrashAt = options.CrashAt,
                EventChaos = options.EventChaos,
                Retention = options.Retention,
                SurvivesPowerLoss = options.SurvivesPowerLoss,
                Recorder = options.Recorder,
                Fate = options.Fate,
            },
            new RegistryWorkload(registry, services, converter, loggers, options.HostVersion),
            loggers,
            time);
        return new(engine, new EmbeddedDurableTaskClient(engine, converter, options.HostVersion ?? ""));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Engine.StartAsync(cancellationToken);

    /// <summary>Waits for what runs until the token is cancelled; what is not recorded by then runs again after the next start.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Engine.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
