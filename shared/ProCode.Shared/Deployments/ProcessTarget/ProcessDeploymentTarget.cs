using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProCode.Images;
using ProCode.Results;
using ProCode.Webhooks;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// Runs agents as plain processes on this machine, for local development: one process per deployment whatever the replicas, no limits
/// of processor and memory. Agents outlive the app; all state is in folders, so that a restarted app, or another on the same folder,
/// goes on where the last one was.
/// </summary>
public sealed class ProcessDeploymentTarget : IDeploymentTarget, IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromSeconds(30);
    private readonly ProcessTargetOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AgentLauncher _launcher;
    private readonly DeploymentWatcher _watcher;
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<string, (DeploymentWatch Watch, Task Task)> _watches = [];
    private Task _tidying = Task.CompletedTask;
    private bool _disposed;

    public ProcessDeploymentTarget(ProcessTargetOptions options, IImageReader images, TimeProvider time, ILogger<ProcessDeploymentTarget> logger)
    {
        (_options, _time, _logger) = (options with { ProcessPath = Path.GetFullPath(options.ProcessPath) }, time, logger);
        _launcher = new AgentLauncher(images, logger);
        _watcher = new DeploymentWatcher(_launcher, _options, time, logger);
    }

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public async Task<Result<DeploymentState>> CreateAsync(DeploymentRequest request, CancellationToken cancellation)
    {
        if (Refuse(request) is { } refusal)
            return refusal;
        var folder = DeploymentFolder.Find(_options.ProcessPath, request.DeployId) ?? DeploymentFolder.For(_options.ProcessPath, request);
        var watch = new DeploymentWatch(folder) { Callback = new DeploymentCallback(request.CallbackUrl, request.CallbackSecret) };
        DeploymentRecord record;
        using (var slot = await DeploymentSlot.EnterAsync(folder.SlotPath, _time, cancellation))
        {
            record = folder.Read() ?? folder.Write(DeploymentRecord.Of(request, _time.GetUtcNow()));
            if (!record.Settled && folder.Process(record) is null)
            {
                var started = await StartAsync(slot, watch, record, request, cancellation);
                if (!started.TryGet(out record!, out var error))
                    return error;
            }
            // A settled one is watched too: its callback is due. Still in the slot, so that no watch settles anything without knowing this.
            Watch(watch);
        }
        return record.StateWith(folder.Process(record));
    }

    /// <inheritdoc/>
    public Task<Result<DeploymentState>> GetStatusAsync(string deployId, CancellationToken cancellation)
    {
        if (DeploymentFolder.Find(_options.ProcessPath, deployId) is not { } folder || folder.Read() is not { } record)
            return Task.FromResult<Result<DeploymentState>>(NotFound(deployId));
        if (!record.Settled)
            Watch(new DeploymentWatch(folder));
        return Task.FromResult<Result<DeploymentState>>(record.StateWith(folder.Process(record)));
    }

    /// <inheritdoc/>
    public async Task<Result<DeploymentState>> CancelAsync(string deployId, CancellationToken cancellation)
    {
        if (DeploymentFolder.Find(_options.ProcessPath, deployId) is not { } folder)
            return NotFound(deployId);
        using var slot = await DeploymentSlot.EnterAsync(folder.SlotPath, _time, cancellation);
        var record = await slot.SettleAsync(folder, OpsStatus.CANCELED, "Canceled.", cancellation);
        return record.StateWith(folder.Process(record));
    }

    /// <summary>Finds the deployments that an earlier app left, and goes on with them.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _tidying = TidyAsync(_ending.Token);
        return Task.CompletedTask;
    }

    /// <summary>Stops watching. The agents run on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        Task[] tasks;
        lock (_watches)
            tasks = [_tidying, .. _watches.Values.Select(entry => entry.Task)];
        await Task.WhenAll(tasks).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The container does it once for each interface it knows this by.
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await StopAsync(CancellationToken.None);
        _watcher.Dispose();
        _ending.Dispose();
    }

    private async Task<Result<DeploymentRecord>> StartAsync(
        DeploymentSlot slot, DeploymentWatch watch, DeploymentRecord record, DeploymentRequest request, CancellationToken cancellation)
    {
        var folder = watch.Folder;
        if (slot.HighestFence() > record.Fence)
            return await slot.SettleAsync(folder, OpsStatus.FAILED, DeploymentSlot.Superseded, cancellation);

        var prepared = await _launcher.PrepareAsync(folder, request, cancellation);
        if (!prepared.TryGet(out var command, out var error))
            return await FailAsync(error);
        (watch.Command, watch.Secrets) = (command, [.. request.Config.Env.Values]);
        record = folder.Write(record with { Attempt = Math.Max(1, record.Attempt), StartedAt = _time.GetUtcNow() });
        var started = await _launcher.StartAsync(folder, record, command, cancellation);
        if (!started.TryGet(out var child, out error))
            return await FailAsync(error);
        watch.Child = child;
        ProcessTargetLog.Started(_logger, record.DeployId);
        return folder.Write(record with { Status = OpsStatus.RUNNING, Message = "Started; not healthy yet." });

        // What may go away by itself is the caller's to try again; the rest is this deployment's end.
        async Task<Result<DeploymentRecord>> FailAsync(Error cause) => cause.Kind == ErrorKind.Unavailable
            ? cause
            : await slot.SettleAsync(folder, OpsStatus.FAILED, DeploymentSlot.Message(cause.Code, cause.Message), cancellation);
    }

    private void Watch(DeploymentWatch watch)
    {
        lock (_watches)
        {
            if (_ending.IsCancellationRequested)
                return;
            if (_watches.TryGetValue(watch.Folder.DeployId, out var running))
                running.Watch.Learn(watch);
            else
                _watches[watch.Folder.DeployId] = (watch, Task.Run(() => KeepWatchAsync(watch)));
        }
    }

    private async Task KeepWatchAsync(DeploymentWatch watch)
    {
        try
        {
            do
                await _watcher.RunAsync(watch, _ending.Token);
            while (!IsOver(watch));
        }
        finally
        {
            watch.Child?.Dispose();
        }
    }

    private bool IsOver(DeploymentWatch watch)
    {
        lock (_watches)
            return !watch.TakeNews() && _watches.Remove(watch.Folder.DeployId);
    }

    private async Task TidyAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TidyInterval, _time);
        do
        {
            try
            {
                foreach (var path in DeploymentFolder.Slots(_options.ProcessPath))
                    await TidySlotAsync(path, cancellation);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                ProcessTargetLog.TidyingFailed(_logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task TidySlotAsync(string path, CancellationToken cancellation)
    {
        using (var slot = await DeploymentSlot.EnterAsync(path, _time, cancellation))
            await slot.StopUnwantedAsync(cancellation);
        foreach (var folder in DeploymentFolder.InSlot(path))
        {
            folder.Log.Cut();
            if (folder.Read() is { Settled: false })
                Watch(new DeploymentWatch(folder));
        }
    }

    private static Error? Refuse(DeploymentRequest request)
    {
        if (!DeploymentFolder.IsName(request.DeployId))
            return GeneralErrors.Invalid.With("A deploy id is letters, digits, hyphens and underscores, 100 at most.", "deployId", "invalid");
        if (!DeploymentFolder.IsName(request.Environment))
            return GeneralErrors.Invalid.With("An environment's name is letters, digits, hyphens and underscores, 100 at most.", "environment", "invalid");
        if (!request.Config.HealthPath.StartsWith('/') || request.Config.HealthPath.Any(character => character is <= ' ' or > '~'))
            return GeneralErrors.Invalid.With("A health path starts with a slash and is plain ASCII.", "config.healthPath", "invalid");
        if (!StandardWebhook.IsSecret(request.CallbackSecret))
            return GeneralErrors.Invalid.With("A callback's secret is whsec_ and 24 to 64 bytes in base64.", "callbackSecret", "invalid");
        return null;
    }

    private static Error NotFound(string deployId) =>
        DeploymentErrors.DeploymentNotFound.With($"The process target knows no deployment '{deployId}'.");
}
