using System.Threading.Channels;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Replay;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable;

// What runs between start and stop. Every loop waits without polling.
public sealed partial class DurableEngine
{
    private const int TimersAtOnce = 500;
    private const int PurgesAtOnce = 200;

    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(36_500);

    private readonly Channel<ActivityRow> _activities = Channel.CreateUnbounded<ActivityRow>();
    private readonly LiveRuns _live;
    private readonly TimerSignal _timers;

    private async Task TakeStepsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            string id;
            try
            {
                id = await _ready.TakeAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await TakeStepAsync(id);
                _ready.Done(id);
            }
            catch (Exception exception)
            {
                // The file couldn't be read or written. The step has changed nothing, so it can be taken again.
                _logger.StepFailed(exception, id, RetryDelay.TotalSeconds);
                _ = WakeLaterAsync(id);
            }
        }
    }

    private async Task WakeLaterAsync(string id)
    {
        await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ready.Wake(id);
        _ready.Done(id);
    }

    private async Task TakeStepAsync(string id)
    {
        var (instance, inbox, live, past) = _file.Read(session => Load(session, id));
        if (instance is null || (live is null && past is null))
            return;
        if (past is not { Count: 0 } && inbox.Count == 0)
        {
            // Woken without news.
            if (live is not null)
                _live.Keep(live);
            return;
        }

        if (!_workload.Accepts(instance.Version))
        {
            // Its messages wait in the file for a process that knows it.
            _logger.VersionTooNew(id, instance.Name, instance.Version);
            return;
        }

        var lastPlace = inbox.Count == 0 ? 0 : inbox[^1].Place;
        var passed = _chaos?.Pass(id, inbox) ?? inbox;
        var run = live ?? Open(instance, past!.Count);
        // A clock that was set back must not run backwards inside an orchestration.
        var now = Now > run.CurrentUtcDateTime ? Now : run.CurrentUtcDateTime;
        HistoryEvent[] fresh = [new StepStarted(now), .. passed.Select(message => message.Event)];
        var outcome = run.Advance(past ?? [], fresh);
        var step = new Step(instance, run.HistoryLength, fresh, lastPlace, outcome);
        if (!await CommitAsync(
                (session, effects) => StepCommit.Apply(session, step, now, effects),
                committed: taken => _options.Recorder?.Add(step, taken)))
            return;

        _chaos?.Began(id, inbox, passed);
        Report(instance, outcome.End);
        if (_chaos is not null && outcome.End is ContinuedAsNew)
        {
            _chaos.Continued(id);
            await Task.Delay(EventChaos.Gap, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (outcome.End is not null || _options.ForceReplay)
            return;
        run.HistoryLength += fresh.Length + outcome.Decisions.Count;
        _live.Keep(run);
    }

    // The past is null when the run is in memory, and everything is null when the instance may not step.
    private (InstanceRow? Instance, List<(long Place, HistoryEvent Event)> Inbox, OrchestrationRun? Live, List<HistoryEvent>? Past) Load(
        SqliteSession session, string id)
    {
        if (InstanceRows.Find(session, id) is not { MayStep: true } instance)
            return (null, [], null, null);
        var live = _live.Take(id, instance.Execution);
        return (instance, Inbox.Read(session, id), live, live is null ? HistoryRows.Read(session, id) : null);
    }

    private OrchestrationRun Open(InstanceRow instance, int historyLength)
    {
        var body = _workload.FindOrchestrator(instance.Name, instance.Version) ?? (_ => throw new UnknownTaskException(
            $"No orchestrator named '{instance.Name}' is registered."));
        return new(
            new(instance.Id, instance.Execution, instance.Name, instance.Version, instance.Input, instance.CustomStatus, instance.Parent),
            body,
            exception => exception is UnknownTaskException
                ? new TaskFailure("OrchestratorTaskNotFound", exception.Message) { IsNonRetriable = true }
                : _workload.Describe(exception),
            run => _ = FailAsync(run))
        {
            HistoryLength = historyLength,
        };
    }

    private Task<bool> FailAsync(OrchestrationRun run)
    {
        var failure = _workload.Describe(new InvalidOperationException(OrchestrationRun.IllegalAwait));
        return CommitUntilDoneAsync((session, effects) =>
            Signals.Fail(session, run.InstanceId, run.Execution, failure, Now, effects));
    }

    private void Report(InstanceRow instance, RunEnd? end)
    {
        if (end is Failed failed)
            _logger.OrchestrationFailed(instance.Id, instance.Name, failed.Failure.Type, failed.Failure.Message);
        else if (end is Completed)
            _logger.Ended(instance.Id, instance.Name, nameof(RunStatus.Completed));
    }

    private async Task RunActivitiesAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RunActivityAsync(await _activities.Reader.ReadAsync(_stopping.Token));
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                // Not recorded, so it runs again after the next start.
                return;
            }
            catch (Exception exception)
            {
                _logger.ActivityNotRecorded(exception);
            }
        }
    }

    private async Task RunActivityAsync(ActivityRow activity)
    {
        var call = activity.Call;
        HistoryEvent result;
        try
        {
            result = _workload.FindActivity(call.Name, call.Version) is { } run
                ? new ActivityCompleted(call.TaskId, await run(call, _stopping.Token))
                : new ActivityFailed(
                    call.TaskId,
                    new("ActivityTaskNotFound", $"No activity named '{call.Name}' is registered.") { IsNonRetriable = true });
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It was asked to stop with the process; that is no result.
            return;
        }
        catch (Exception exception)
        {
            var failure = _workload.Describe(exception);
            _logger.ActivityFailed(call.Name, call.TaskId, call.InstanceId, failure.Type, failure.Message);
            result = new ActivityFailed(call.TaskId, failure);
        }

        _crash.Reach(CrashPoint.AfterEffect, call.Name);
        await CommitUntilDoneAsync(
            (session, effects) =>
            {
                Activities.Complete(session, activity, result, effects);
                return true;
            },
            committed: _ => _crash.Reach(CrashPoint.AfterRecord, call.Name));
    }

    private async Task FireTimersAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _timers.Reset();
                var next = _file.Read(Timers.Next);
                if (next <= Now)
                    await CommitUntilDoneAsync((session, effects) => Timers.Fire(session, Now, TimersAtOnce, effects));
                else
                    await _timers.WaitAsync(next, _stopping.Token);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                _logger.CommitFailed(exception, RetryDelay.TotalSeconds);
                await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private async Task CleanUpAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_options.Retention != Timeout.InfiniteTimeSpan)
                    await PurgeFinishedAsync();
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception)
            {
                _logger.CleanUpFailed(exception, CleanUpInterval.TotalHours);
            }

            try
            {
                if (!_stopping.IsCancellationRequested && await _writer.BetweenCommitsAsync(Compaction.Run))
                    _logger.Compacted();
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception)
            {
                _logger.CompactionFailed(exception);
            }

            // Nothing grows old, so there is nothing to wait for: a clock that tests move must not find a timer of ours.
            if (_options.Retention == Timeout.InfiniteTimeSpan)
                return;
            await Task.Delay(CleanUpInterval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PurgeFinishedAsync()
    {
        var purged = 0;
        int now;
        do
        {
            now = await CommitAsync((session, _) => Signals.Purge(
                session, InstanceRows.CompletedBefore(session, Now - _options.Retention, PurgesAtOnce), recursive: false));
            purged += now;
        }
        while (now == PurgesAtOnce && !_stopping.IsCancellationRequested);
        if (purged > 0)
            _logger.Purged(purged, _options.Retention);
    }

    private sealed class UnknownTaskException(string message) : Exception(message);
}
