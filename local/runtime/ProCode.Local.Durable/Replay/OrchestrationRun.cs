using ProCode.Local.Durable.History;

namespace ProCode.Local.Durable.Replay;

/// <summary>
/// One run of one instance, in memory: the orchestrator's code, the tasks it waits for, and the position in its history.
/// Every operation may be called only by the orchestrator's code during a step; from anywhere else it throws
/// <see cref="InvalidOperationException"/>.
/// </summary>
public sealed partial class OrchestrationRun
{
    private readonly Dictionary<int, PendingTask> _pending = [];
    private readonly Dictionary<string, Stack<TaskCompletionSource<string?>>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventReceived> _unclaimed = [];
    private int _nextId;
    private int _guids;
    private (string? Input, string? Version, bool KeepEvents)? _next;

    public string InstanceId => _start.InstanceId;

    public string Name => _start.Name;

    public string Version => _start.Version;

    public string? Input => _start.Input;

    public ParentRun? Parent => _start.Parent;

    /// <summary>The clock of the current step (UTC); the same again in every replay.</summary>
    public DateTime CurrentUtcDateTime { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>Completes with the activity's result, or fails with <see cref="DurableTaskFailedException"/>.</summary>
    public Task<string?> CallActivity(string name, string version, string? input)
    {
        var id = TakeId();
        return Wait(id, name, TaskKind.Activity, new RunActivity(new(id, name, input), version));
    }

    /// <summary>Completes with the child's output, or fails with <see cref="DurableTaskFailedException"/>.</summary>
    public Task<string?> CallChild(string name, string version, string instanceId, string? input)
    {
        var id = TakeId();
        return Wait(id, name, TaskKind.Child, new StartChild(new(id, name, instanceId, version, input)));
    }

    /// <summary>Completes when the run's clock has reached <paramref name="fireAt"/> (UTC), or is cancelled with the token.</summary>
    public Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        MustBeCurrent();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        var id = TakeId();
        var fired = Wait(id, "timer", TaskKind.Timer, new SetTimer(new(id, fireAt)));
        if (cancellationToken.CanBeCanceled)
            _pending[id].Cancellation = cancellationToken.Register(() => CancelTimer(id, cancellationToken));
        return fired;
    }

    /// <summary>
    /// Completes with the payload of the next event of that name, whatever its case. Of several waiters the latest gets it; one that
    /// was cancelled keeps its turn and swallows the event, as on Azure.
    /// </summary>
    public Task<string?> WaitForEvent(string name, CancellationToken cancellationToken)
    {
        MustBeCurrent();
        var waiter = new TaskCompletionSource<string?>();
        if (_unclaimed.FindIndex(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is var index and >= 0)
        {
            waiter.SetResult(_unclaimed[index].Payload);
            _unclaimed.RemoveAt(index);
            return waiter.Task;
        }

        if (!_waiters.TryGetValue(name, out var stack))
            _waiters[name] = stack = new();
        stack.Push(waiter);
        if (cancellationToken.CanBeCanceled)
            cancellationToken.Register(() => OnlyHere(() => waiter.TrySetCanceled(cancellationToken)));
        return waiter.Task;
    }

    /// <summary>Whether the next event of that name goes to a waiter, a cancelled one included.</summary>
    public bool IsAwaited(string name) => _waiters.TryGetValue(name, out var stack) && stack.Count > 0;

    /// <summary>Sends an event to another instance; it is lost when that instance is missing or finished.</summary>
    public void SendEventTo(string instanceId, string name, string? payload) =>
        Decide(new SendEvent(new(TakeId(), name, instanceId, payload)));

    public void SetCustomStatus(string? status)
    {
        MustBeCurrent();
        _customStatus = status;
    }

    /// <summary>When the orchestrator returns, the instance starts again with this input and an empty history.</summary>
    public void ContinueAsNew(string? input, string? version, bool keepEvents)
    {
        MustBeCurrent();
        _next = (input, version, keepEvents);
    }

    /// <summary>A new id that is the same again in every replay.</summary>
    public Guid NewGuid()
    {
        MustBeCurrent();
        return DeterministicGuid.From($"{InstanceId}_{CurrentUtcDateTime:o}_{_guids++}");
    }

    private int TakeId()
    {
        MustBeCurrent();
        return _nextId++;
    }

    private Task<string?> Wait(int id, string name, TaskKind kind, Decision decision)
    {
        Decide(decision);
        var task = new PendingTask(kind, name);
        _pending.Add(id, task);
        return task.Completion.Task;
    }

    private void CancelTimer(int id, CancellationToken cancellationToken) => OnlyHere(() =>
    {
        if (!_pending.Remove(id, out var timer))
            return;
        // In a replay the timer's row has been deleted already, with the step that cancelled it.
        if (!IsReplaying)
            _cancelledTimers.Add(id);
        timer.Completion.TrySetCanceled(cancellationToken);
    });

    private void MustBeCurrent()
    {
        if (!_thread.IsCurrent)
            throw new InvalidOperationException(IllegalAwait);
    }

    // A token may be cancelled by anybody; an exception there would end the process.
    private void OnlyHere(Action action)
    {
        if (_thread.IsCurrent)
            action();
        else
            _onIllegalAwait(this);
    }

    private enum TaskKind
    {
        Activity,
        Child,
        Timer,
    }

    private sealed class PendingTask(TaskKind kind, string name)
    {
        // Continuations run on the orchestrator's thread because the result is set there.
        public TaskCompletionSource<string?> Completion { get; } = new();

        public TaskKind Kind { get; } = kind;

        public string Name { get; } = name;

        public CancellationTokenRegistration Cancellation { get; set; }
    }
}
