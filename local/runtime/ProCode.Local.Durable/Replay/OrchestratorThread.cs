namespace ProCode.Local.Durable.Replay;

/// <summary>
/// Runs an orchestrator's continuations one after the other, in the order they were made ready, on the thread that takes the step.
/// A continuation posted from anywhere else means that the orchestrator awaited something that replay can't repeat.
/// </summary>
internal sealed class OrchestratorThread(Action onForeignPost) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _owner;

    public bool IsCurrent => _owner == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
            _ready.Enqueue((d, state));
        else
            onForeignPost();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
            d(state);
        else
            onForeignPost();
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs the action and everything that becomes ready through it.</summary>
    public void Run(Action action)
    {
        var previous = Current;
        _owner = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (_ready.TryDequeue(out var next))
                next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(previous);
            _owner = 0;
        }
    }
}
