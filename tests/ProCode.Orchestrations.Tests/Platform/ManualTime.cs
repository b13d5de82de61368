namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>A clock that stands until the test moves it, or, while it skips, jumps to the end of every wait as soon as somebody waits.</summary>
internal sealed class ManualTime : TimeProvider
{
    // Longer waits are those of loops that have nothing to do.
    private static readonly TimeSpan LongestSkip = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Whether waits of up to an hour end at once, with the clock at their end.</summary>
    public bool Skips { get; init; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>True when somebody waits for a moment no later than this from now.</summary>
    public bool IsAwaited(TimeSpan within)
    {
        lock (_gate) return _alarms.Exists(alarm => alarm.At <= _now + within);
    }

    /// <summary>Moves the clock and ends the waits that are over.</summary>
    public void Advance(TimeSpan by)
    {
        lock (_gate) _now += by;
        RingDue();
    }

    private void Set(Alarm alarm, TimeSpan dueTime)
    {
        var skips = Skips && dueTime <= LongestSkip && dueTime != Timeout.InfiniteTimeSpan;
        lock (_gate)
        {
            _alarms.Remove(alarm);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            alarm.At = _now + dueTime;
            if (skips) _now = alarm.At;
            _alarms.Add(alarm);
        }

        // Never on the stack of whoever asks to be woken.
        if (skips) ThreadPool.QueueUserWorkItem(_ => RingDue());
    }

    private void RingDue()
    {
        List<Alarm> due;
        lock (_gate)
        {
            due = _alarms.FindAll(alarm => alarm.At <= _now);
            _alarms.RemoveAll(due.Contains);
        }

        foreach (var alarm in due) alarm.Ring();
    }

    private sealed class Alarm(ManualTime time, Action ring) : ITimer
    {
        public DateTimeOffset At { get; set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
