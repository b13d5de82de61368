namespace ProCode.Local.Durable.Running;

/// <summary>Waits for a point in time, or until a timer is added that is due before it.</summary>
internal sealed class TimerSignal(TimeProvider time)
{
    // Longer waits than this are made in pieces; a timer of the platform can't be set any number of weeks ahead.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTime _waitingUntil = DateTime.MaxValue;

    /// <summary>From now on every added timer counts, until <see cref="WaitAsync"/> says what the wait is for.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _waitingUntil = DateTime.MaxValue;
            _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Added(DateTime fireAt)
    {
        lock (_gate)
            if (fireAt < _waitingUntil)
                _earlier.TrySetResult();
    }

    public async Task WaitAsync(DateTime? next, CancellationToken cancellationToken)
    {
        Task earlier;
        lock (_gate)
        {
            _waitingUntil = next ?? DateTime.MaxValue;
            earlier = _earlier.Task;
        }

        var delay = next is { } fireAt ? fireAt - time.GetUtcNow().UtcDateTime : Longest;
        if (delay <= TimeSpan.Zero)
            return;

        // Rounded up: a wait that ends a fraction of a millisecond early would only be made again.
        delay = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(delay.TotalMilliseconds, Longest.TotalMilliseconds)));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(delay, time, waiting.Token), earlier);
        await waiting.CancelAsync();
    }
}
