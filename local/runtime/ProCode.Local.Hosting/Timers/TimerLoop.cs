using Microsoft.Extensions.Logging;

namespace ProCode.Local.Hosting.Timers;

/// <summary>One run of a timer function, with what was known before it (null when the timer isn't monitored).</summary>
internal sealed record TimerRun(bool IsPastDue, TimerStatus? Status);

/// <summary>
/// Runs one timer function on its schedule: one run at a time, the next time reckoned after each run. Without a monitor, runs missed while
/// the host was down don't matter.
/// </summary>
internal sealed class TimerLoop(
    string function,
    TimerSchedule schedule,
    bool runOnStartup,
    TimerMonitor? monitor,
    Func<TimerRun, CancellationToken, Task> run,
    TimeProvider time,
    ILogger log)
{
    // Timers of the platform can't wait longer than some weeks.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private TimerStatus? _status;
    private DateTimeOffset? _next;

    /// <summary>Runs until <paramref name="stop"/>, which a running function sees too.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var isPastDue = Begin();
            if (isPastDue || runOnStartup) await RunOnceAsync(isPastDue, scheduled: null, stop);
            while (_next is { } next)
            {
                await WaitUntilAsync(next, stop);
                await RunOnceAsync(isPastDue: false, next, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (IOException e)
        {
            HostingLog.TimerStopped(log, function, e);
        }
    }

    private bool Begin()
    {
        var now = time.GetUtcNow();
        _next = schedule.Next(now);
        if (monitor is null) return false;

        _status = monitor.Read(function);
        if (_status is null || _status.Schedule != schedule.Text)
        {
            Save(new TimerStatus(schedule.Text, _status?.Last, _next, now));
            return false;
        }
        if (_status.Next is not { } expected) return false;
        if (now > expected)
        {
            HostingLog.TimerPastDue(log, function, expected);
            return true;
        }
        _next = expected;
        return false;
    }

    private async Task RunOnceAsync(bool isPastDue, DateTimeOffset? scheduled, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var started = time.GetUtcNow();
        try
        {
            await run(new TimerRun(isPastDue, _status), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not recorded: a monitored timer makes this run up at the next start.
            throw;
        }
        catch (Exception e)
        {
            HostingLog.TimerRunFailed(log, function, e);
        }

        var now = time.GetUtcNow();
        // A clock that fires early must not make one scheduled time count twice.
        _next = schedule.Next(scheduled > now ? scheduled.Value : now);
        if (monitor is not null) Save(new TimerStatus(schedule.Text, started, _next, now));
    }

    private void Save(TimerStatus status)
    {
        monitor!.Write(function, status);
        _status = status;
    }

    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken stop)
    {
        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
            await Task.Delay(left < LongestWait ? left : LongestWait, time, stop);
    }
}
