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

    private readonly ActivityQueue _activities = new();
    private readonly LiveInstances _live;
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
        var live = _live.Take(id);
        var keep = false;
        try
        {
            keep = await TakeStepAsync(live);
        }
        finally
        {
            if (keep)
                _live.Keep(live);
            else
                _live.Forget(live);
        }
    }

    // False when memory doesn't know the instance afterwards.
    private async Task<bool> TakeStepAsync(LiveInstance live)
    {
        List<HistoryEvent>? past = null;
        List<Message> inbox;
        if (live.Run is not null)
        {
            inbox = _live.TakeArrived(live);
        }
        else
        {
            (live.Row, inbox, past) = _file.Read(session => Load(session, live.Id));
            _live.HasRead(live, LastPlace(inbox));
        }

        if (live.Row is not { MayStep: true } instance)
            return false;
        // Woken without news.
        if (inbox.Count == 0 && past is not { Count: 0 })
            return live.Run is not null;
        if (!_workload.Accepts(instance.Version))
        {
            // Its messages wait in the file for a process that knows it.
            _logger.VersionTooNew(live.Id, instance.Name, instance.Version);
            return false;
        }

        var lastPlace = LastPlace(inbox);
        var passed = _chaos?.Pass(live.Id, inbox) ?? inbox;
        var run = live.Run ?? Open(instance, past!.Count);
        // A clock that was set back must not run backwards inside an orchestration.
        var now = Now > run.CurrentUtcDateTime ? Now : run.CurrentUtcDateTime;
        HistoryEvent[] fresh = [new StepStarted(now), .. passed.Select(message => message.Event)];
        var outcome = run.Advance(past ?? [], fresh);
        var step = new Step(instance, run.HistoryLength, fresh, lastPlace, outcome);
        if (!await CommitAsync(
                (session, effects) => StepCommit.Apply(session, step, now, effects),
                committed: taken => _options.Recorder?.Add(step, taken)))
            return false;

        _chaos?.Began(live.Id, inbox, passed);
        Report(instance, outcome.End);
        if (_chaos is not null && outcome.End is ContinuedAsNew)
        {
            _chaos.Continued(live.Id);
            await Task.Delay(EventChaos.Gap, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (outcome.End is not null || _options.ForceReplay)
            return false;
        run.HistoryLength += fresh.Length + outcome.Decisions.Count;
        (live.Row, live.Run) = (instance with { Status = RunStatus.Running, CustomStatus = outcome.CustomStatus }, run);
        return true;

        static long LastPlace(List<Message> inbox) => inbox.Count == 0 ? 0 : inbox[^1].Place;
    }

    private static (InstanceRow? Row, List<Message> Inbox, List<HistoryEvent> Past) Load(SqliteSession session, string id) =>
        InstanceRows.Find(session, id) is { MayStep: true } instance
            ? (instance, Inbox.Read(session, id), HistoryRows.Read(session, id))
            : (null, [], []);

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
                await RunActivityAsync(await _activities.TakeAsync(_stopping.Token));
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
            now = await CommitAsync((session, effects) => Signals.Purge(
                session, InstanceRows.CompletedBefore(session, Now - _options.Retention, PurgesAtOnce), recursive: false, effects));
            purged += now;
        }
        while (now == PurgesAtOnce && !_stopping.IsCancellationRequested);
        if (purged > 0)
            _logger.Purged(purged, _options.Retention);
    }

    private sealed class UnknownTaskException(string message) : Exception(message);
}
