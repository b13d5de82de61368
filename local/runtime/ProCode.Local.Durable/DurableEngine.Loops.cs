using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Replay;
using ProCode.Local.Durable.Running;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable;

// What runs between start and stop. Every loop waits without polling.
public sealed partial class DurableEngine
{
    private const int TimersAtOnce = 500;

    // So many more of each may be under way while what they did is written, so that a commit is shared by many: slots are given back before.
    private const int BeingRecorded = 200;

    private readonly ActivityQueue _activities = new();
    private readonly SemaphoreSlim _activitySlots;
    private readonly SemaphoreSlim _orchestratorSlots;
    private readonly LiveInstances _live;
    private readonly TimerSignal _timers;

    private async Task TakeStepsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            string id;
            try
            {
                await _orchestratorSlots.WaitAsync(_stopping.Token);
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
            Step? step;
            try
            {
                (step, keep) = Advance(live);
            }
            finally
            {
                _orchestratorSlots.Release();
            }

            keep = step is null ? keep : await RecordAsync(live, step);
        }
        finally
        {
            if (keep)
                _live.Keep(live);
            else
                _live.Forget(live);
        }
    }

    // No step when there is nothing to do; whether memory knows the instance then.
    private (Step? Step, bool Known) Advance(LiveInstance live)
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
            _live.HasRead(live, inbox.LastPlace());
        }

        if (live.Row is not { MayStep: true } instance)
            return (null, false);
        // Woken without news.
        if (inbox.Count == 0 && past is not { Count: 0 })
            return (null, live.Run is not null);
        if (!_workload.Accepts(instance.Version))
        {
            // Its messages wait in the file for a process that knows it.
            _logger.VersionTooNew(live.Id, instance.Name, instance.Version);
            return (null, false);
        }

        var passed = _chaos?.Pass(live.Id, inbox) ?? inbox;
        live.Run ??= Open(instance, past!.Count);
        // A clock that was set back must not run backwards inside an orchestration.
        var now = Now > live.Run.CurrentUtcDateTime ? Now : live.Run.CurrentUtcDateTime;
        HistoryEvent[] fresh = [new StepStarted(now), .. passed.Select(message => message.Event)];
        var outcome = live.Run.Advance(past ?? [], fresh);
        return (new(instance, now, live.Run.HistoryLength, inbox, fresh, outcome), false);
    }

    // False when memory doesn't know the instance afterwards.
    private async Task<bool> RecordAsync(LiveInstance live, Step step)
    {
        if (!await CommitAsync(
                (session, effects) => StepCommit.Apply(session, step, effects),
                committed: taken => _options.Recorder?.Add(step, taken)))
            return false;

        var end = step.Outcome.End;
        _chaos?.Began(live.Id, step.Arrived, step.Fresh);
        Report(step.Instance, end);
        if (_chaos is not null && end is ContinuedAsNew)
        {
            _chaos.Continued(live.Id);
            await Task.Delay(EventChaos.Gap, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (end is not null || _options.ForceReplay)
            return false;
        live.Run!.HistoryLength += step.Length;
        live.Row = step.Instance with { Status = RunStatus.Running };
        return true;
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
            new(instance.Id, instance.Execution, instance.Name, instance.Version, instance.Input, instance.Parent),
            body,
            exception => exception is UnknownTaskException
                ? new TaskFailure("OrchestratorTaskNotFound", exception.Message) { IsNonRetriable = true }
                : Describe(exception),
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

    // An exception may throw when it is asked what it is; it is a failure all the same.
    private TaskFailure Describe(Exception exception)
    {
        try
        {
            return _workload.Describe(exception);
        }
        catch (Exception unreadable)
        {
            return new(exception.GetType().ToString(), $"The exception can't be read: asked for its message, it throws {unreadable.GetType()}.");
        }
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
                await _activitySlots.WaitAsync(_stopping.Token);
                var activity = await _activities.TakeAsync(_stopping.Token);
                HistoryEvent? result;
                try
                {
                    result = await RunActivityAsync(activity);
                }
                finally
                {
                    _activitySlots.Release();
                }

                if (result is not null)
                    await RecordAsync(activity, result);
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

    // Null when it has no result, because it was told to stop.
    private async Task<HistoryEvent?> RunActivityAsync(ActivityRow activity)
    {
        var call = activity.Call;
        try
        {
            return _workload.FindActivity(call.Name, call.Version) is { } run
                ? new ActivityCompleted(call.TaskId, await run(call, _stopping.Token))
                : new ActivityFailed(
                    call.TaskId,
                    new("ActivityTaskNotFound", $"No activity named '{call.Name}' is registered.") { IsNonRetriable = true });
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            var failure = Describe(exception);
            _logger.ActivityFailed(call.Name, call.TaskId, call.InstanceId, failure.Type, failure.Message);
            return new ActivityFailed(call.TaskId, failure);
        }
    }

    private async Task RecordAsync(ActivityRow activity, HistoryEvent result)
    {
        _crash.Reach(CrashPoint.AfterEffect, activity.Call.Name);
        await CommitUntilDoneAsync(
            (session, effects) =>
            {
                Activities.Complete(session, activity, result, effects);
                return true;
            },
            committed: _ => _crash.Reach(CrashPoint.AfterRecord, activity.Call.Name));
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

    private sealed class UnknownTaskException(string message) : Exception(message);
}
