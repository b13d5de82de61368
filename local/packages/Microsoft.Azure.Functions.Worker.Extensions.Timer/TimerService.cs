using Microsoft.Azure.Functions.Worker.Local;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the timers from when the whole host has started until it begins to stop.</summary>
internal sealed class TimerService(TimerTrigger timers) : IFunctionRuntimeService, IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // On the pool: a function that works before its first await must not hold up the start.
        _loops = Task.WhenAll(timers.Loops.Select(loop => Task.Run(() => loop.RunAsync(_stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A run that ignores its token gets as long as the host has; what it leaves undone is made up at the next start.
        await _loops.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();
}
