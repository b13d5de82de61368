using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Replay;

// How a run takes a step: the engine's side.
public sealed partial class OrchestrationRun
{
    internal const string IllegalAwait =
        "The orchestrator awaited something other than its context's tasks, or used its context from another thread. "
        + "That can't be replayed: move the work into an activity.";

    private readonly RunStart _start;
    private readonly Func<OrchestrationRun, Task<string?>> _body;
    private readonly Func<Exception, TaskFailure> _describe;
    private readonly Action<OrchestrationRun> _onIllegalAwait;
    private readonly OrchestratorThread _thread;
    private readonly Queue<Decision> _unrecorded = new();
    private readonly List<int> _cancelledTimers = [];
    private string? _customStatus;
    private Task<string?>? _running;

    internal OrchestrationRun(
        RunStart start,
        Func<OrchestrationRun, Task<string?>> body,
        Func<Exception, TaskFailure> describe,
        Action<OrchestrationRun> onIllegalAwait)
    {
        _start = start;
        _body = body;
        _describe = describe;
        _onIllegalAwait = onIllegalAwait;
        _thread = new(() => onIllegalAwait(this));
    }

    internal string Execution => _start.Execution;

    /// <summary>How many events the recorded history has, so that the next step knows where to write.</summary>
    internal int HistoryLength { get; set; }

    /// <summary>How many events the code has gone along with so far.</summary>
    internal int Applied { get; private set; }

    /// <summary>Replays the past (none when this run has been kept in memory), then takes the step.</summary>
    internal StepOutcome Advance(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> fresh)
    {
        _cancelledTimers.Clear();
        try
        {
            IsReplaying = true;
            foreach (var recorded in past)
                Follow(recorded);
            IsReplaying = false;
            foreach (var arrived in fresh)
                Follow(arrived);
        }
        catch (Exception exception)
        {
            // Nondeterminism, or an exception out of an async void method of the orchestrator's.
            return new([], [], _customStatus, new Failed(_describe(exception)));
        }

        // Recorded by the commit of this step, so a run that is kept goes on with none.
        Decision[] decisions = [.. _unrecorded];
        _unrecorded.Clear();
        return new(decisions, [.. _cancelledTimers], _customStatus, End());
    }

    private RunEnd? End()
    {
        if (_running is not { IsCompleted: true } ended)
        {
            var waitsForNothingOfOurs = _pending.Count == 0 && _waiters.Values.All(stack => stack.Count == 0);
            return waitsForNothingOfOurs ? new Failed(_describe(new InvalidOperationException(IllegalAwait))) : null;
        }

        if (ended.IsCompletedSuccessfully)
            return _next is { } next
                ? new ContinuedAsNew(next.Input, next.Version, next.KeepEvents ? [.. _unclaimed] : [])
                : new Completed(ended.Result);
        return new Failed(_describe(ended.Exception?.InnerException ?? new TaskCanceledException(ended)));
    }

    private void Follow(HistoryEvent e)
    {
        Apply(e);
        Applied++;
    }

    private void Apply(HistoryEvent e) => _thread.Run(() =>
    {
        switch (e)
        {
            case StepStarted step:
                if (_unrecorded.TryPeek(out var extra))
                    throw new NondeterministicRunException(
                        $"The orchestrator now asks for {Describe(extra.Record)}, which its history doesn't have at this point.");
                CurrentUtcDateTime = step.At;
                _running ??= Start();
                break;
            case DecisionEvent recorded:
                Match(recorded);
                break;
            case ActivityCompleted done:
                Take(done.Id, TaskKind.Activity, e)?.Completion.TrySetResult(done.Result);
                break;
            case ActivityFailed failed:
                Fail(Take(failed.Id, TaskKind.Activity, e), failed.Id, failed.Failure);
                break;
            case ChildCompleted done:
                Take(done.Id, TaskKind.Child, e)?.Completion.TrySetResult(done.Result);
                break;
            case ChildFailed failed:
                Fail(Take(failed.Id, TaskKind.Child, e), failed.Id, failed.Failure);
                break;
            case TimerFired fired:
                FireTimer(fired.Id);
                break;
            case EventReceived received:
                Receive(received);
                break;
            case RunEnded:
                break;
            default:
                throw new NondeterministicRunException($"The history holds an event this version doesn't know: {e.GetType().Name}.");
        }
    });

    private Task<string?> Start()
    {
        try
        {
            return _body(this);
        }
        catch (Exception exception)
        {
            // A function that isn't async throws here; it has failed all the same.
            return Task.FromException<string?>(exception);
        }
    }

    private void Decide(Decision decision) => _unrecorded.Enqueue(decision);

    private void Match(DecisionEvent recorded)
    {
        if (!_unrecorded.TryPeek(out var decision))
            throw new NondeterministicRunException(
                $"The history has {Describe(recorded)}, but the orchestrator no longer asks for it.");
        var asked = decision.Record;
        if (asked.GetType() != recorded.GetType()
            || asked.Id != recorded.Id
            || !asked.Name.Equals(recorded.Name, StringComparison.OrdinalIgnoreCase))
            throw new NondeterministicRunException(
                $"The history has {Describe(recorded)}, but the orchestrator now asks for {Describe(asked)}.");
        _unrecorded.Dequeue();
    }

    private PendingTask? Take(int id, TaskKind kind, HistoryEvent e)
    {
        if (_pending.TryGetValue(id, out var task) && task.Kind == kind)
        {
            _pending.Remove(id);
            return task;
        }

        // Once it has returned, nobody waits for anything any more.
        return _running is { IsCompleted: true }
            ? null
            : throw new NondeterministicRunException($"The history has {e.GetType().Name} #{id}, but the orchestrator never asked for it.");
    }

    private static void Fail(PendingTask? task, int id, TaskFailure failure) =>
        task?.Completion.TrySetException(new DurableTaskFailedException(task.Name, id, failure));

    private void FireTimer(int id)
    {
        // Absent when it was cancelled after it had fired.
        if (!_pending.Remove(id, out var timer))
            return;
        timer.Cancellation.Dispose();
        timer.Completion.TrySetResult(null);
    }

    private void Receive(EventReceived e)
    {
        if (_running is { IsCompleted: false } && _waiters.TryGetValue(e.Name, out var stack) && stack.TryPop(out var waiter))
            waiter.TrySetResult(e.Payload);
        else
            _unclaimed.Add(e);
    }

    private static string Describe(DecisionEvent e) => e switch
    {
        ActivityScheduled => $"activity '{e.Name}' (#{e.Id})",
        ChildScheduled => $"sub-orchestration '{e.Name}' (#{e.Id})",
        EventSent => $"event '{e.Name}' sent (#{e.Id})",
        _ => $"a timer (#{e.Id})",
    };
}

/// <summary>What a run starts with.</summary>
internal sealed record RunStart(
    string InstanceId,
    string Execution,
    string Name,
    string Version,
    string? Input,
    ParentRun? Parent);
