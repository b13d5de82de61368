using System.Globalization;
using Microsoft.Extensions.Logging;
using ProCode.Results;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>Looks at a started deployment until it has settled, then reports it.</summary>
internal sealed class DeploymentWatcher(AgentLauncher launcher, ProcessTargetOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(1);
    private readonly AgentHealth _health = new();
    private readonly HttpClient _callbacks = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public async Task RunAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        for (var wait = FirstLook; !await IsOverAsync(watch, cancellation); wait = wait * 1.5 < LastLook ? wait * 1.5 : LastLook)
            await Task.Delay(wait, time, cancellation);
        if (watch is { Callback: { } callback } && watch.Folder.Read() is { Settled: true } record)
            await callback.SendAsync(_callbacks, record, time, logger, cancellation);
    }

    public void Dispose()
    {
        _health.Dispose();
        _callbacks.Dispose();
    }

    private async Task<bool> IsOverAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        try
        {
            return await LookAsync(watch, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A full disk, say. A watch that gave up would leave the deployment running for ever; the next look may do better.
            ProcessTargetLog.WatchFailed(logger, watch.Folder.DeployId, failure);
            return false;
        }
    }

    private async Task<bool> LookAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        var record = watch.Folder.Read();
        if (record is null or { Settled: true })
            return true;
        if (watch.Folder.Process(record) is not { } process)
            return await NotStartedAsync(watch, cancellation);

        watch.Secrets ??= AgentEnvironment.SecretsOf(process);
        watch.Folder.Log.Cut();
        if (!process.IsAlive)
            return await EndedAsync(watch, record, cancellation);
        if (await _health.AnswersAsync(process, record.HealthPath, cancellation) && ListeningSocket.IsOf(process))
            return await SettleAsync(watch, OpsStatus.SUCCESS, "The agent answers.", cancellation);
        if (time.GetUtcNow() - record.StartedAt < options.HealthTimeout)
            return false;
        var limit = options.HealthTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return await SettleAsync(watch, OpsStatus.FAILED, DeploymentSlot.Message(
            DeploymentErrors.Unhealthy, $"The agent did not answer 2xx at {record.HealthPath} within {limit} s.{LastLines(watch)}"), cancellation);
    }

    /// <summary>Whoever starts holds the slot; nobody there and no process means that a start was cut off by the app's end.</summary>
    private async Task<bool> NotStartedAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        using var slot = await DeploymentSlot.EnterAsync(watch.Folder.SlotPath, time, cancellation);
        var record = watch.Folder.Read()!;
        if (watch.Folder.Process(record) is not null)
            return false;
        // PENDING: the request was never answered, so it comes again. RUNNING: it was, and this was another attempt, for whose command
        // nobody is left.
        if (record.Status == OpsStatus.RUNNING)
            await SettleAsync(slot, watch, OpsStatus.FAILED, DeploymentSlot.Message(
                DeploymentErrors.Crashed, "The app ended while it started the agent again on another port."), cancellation);
        return true;
    }

    private async Task<bool> EndedAsync(DeploymentWatch watch, DeploymentRecord seen, CancellationToken cancellation)
    {
        using var slot = await DeploymentSlot.EnterAsync(watch.Folder.SlotPath, time, cancellation);
        var record = watch.Folder.Read()!;
        if (record.Settled || record.Attempt != seen.Attempt)
            return false;
        var failure = record.Attempt < MaxAttempts && watch.Command is { } command && watch.Folder.Log.SaysAddressInUse()
            ? await StartAgainAsync(watch, record, command, cancellation)
            : await CrashAsync(watch, cancellation);
        if (failure is not null)
            await SettleAsync(slot, watch, OpsStatus.FAILED, DeploymentSlot.Message(failure.Code, failure.Message), cancellation);
        return failure is not null;
    }

    private async Task<Error?> StartAgainAsync(DeploymentWatch watch, DeploymentRecord record, AgentCommand command, CancellationToken cancellation)
    {
        record = watch.Folder.Write(record with { Attempt = record.Attempt + 1 });
        ProcessTargetLog.PortTaken(logger, record.DeployId, record.Attempt);
        var started = await launcher.StartAsync(watch.Folder, record, command, cancellation);
        if (!started.TryGet(out var child, out var error))
            return error;
        watch.Child?.Dispose();
        watch.Child = child;
        return null;
    }

    private async Task<Error> CrashAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        var code = await ExitCodeAsync(watch, cancellation) is { } number ? FormattableString.Invariant($" with exit code {number}") : "";
        return DeploymentErrors.Crashed.With($"The agent's process ended{code} before it was healthy.{LastLines(watch)}");
    }

    private async Task<bool> SettleAsync(DeploymentWatch watch, OpsStatus status, string message, CancellationToken cancellation)
    {
        using var slot = await DeploymentSlot.EnterAsync(watch.Folder.SlotPath, time, cancellation);
        await SettleAsync(slot, watch, status, message, cancellation);
        return true;
    }

    private async Task SettleAsync(DeploymentSlot slot, DeploymentWatch watch, OpsStatus status, string message, CancellationToken cancellation)
    {
        var record = await slot.SettleAsync(watch.Folder, status, message, cancellation);
        ProcessTargetLog.Settled(logger, record.DeployId, record.Status);
    }

    // Known to the parent only: after a restart the agent's parent is init, which tells nobody.
    private async Task<int?> ExitCodeAsync(DeploymentWatch watch, CancellationToken cancellation)
    {
        if (watch.Child is not { } child)
            return null;
        try
        {
            await child.WaitForExitAsync(cancellation).WaitAsync(LastLook, time, cancellation);
            return child.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static string LastLines(DeploymentWatch watch)
    {
        if (watch.Secrets is not { } secrets)
            return " What it said is in its log; it is not shown here, as it may hold secrets that are no longer known to the app.";
        var lines = watch.Folder.Log.LastLines(secrets);
        return lines.Length > 0 ? $" It said at last:\n{lines}" : " It said nothing.";
    }
}
