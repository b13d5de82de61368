using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs the orchestrators and activities of a registry on the local durable engine.</summary>
internal sealed class EmbeddedDurableWorker : IAsyncDisposable
{
    private EmbeddedDurableWorker(DurableTaskClient client) => Client = client;

    public DurableTaskClient Client { get; }

    /// <summary>Opens the database file; nothing runs before <see cref="StartAsync"/>, but the client works.</summary>
    public static EmbeddedDurableWorker Open(
        EmbeddedDurableOptions options,
        DurableTaskRegistry registry,
        IServiceProvider services,
        DataConverter converter,
        ILoggerFactory loggers,
        TimeProvider time) => throw new NotSupportedException("The engine arrives with the next commit.");

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
