namespace ProCode.Tests.Repos;

/// <summary>A clock that stands until the test moves it, or, while it skips, jumps to the end of every short wait as soon as somebody waits.</summary>
internal sealed class FakeTime(bool skips = false) : TimeProvider
{
    // The pauses between retries are shorter; the limit of a call, which is a wait as well, is longer.
    private static readonly TimeSpan LongestSkip = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>What was waited for and skipped, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate) return [.. _waits];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Moves the clock and ends the waits that are over.</summary>
    public void Advance(TimeSpan by)
    {
        lock (_gate) _now += by;
        Ring();
    }

    private void Set(Alarm alarm, TimeSpan dueTime)
    {
        var skip = skips && dueTime >= TimeSpan.Zero && dueTime <= LongestSkip;
        lock (_gate)
        {
            _alarms.Remove(alarm);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            alarm.At = _now + dueTime;
            if (skip) _waits.Add(dueTime);
            if (skip) _now = alarm.At;
            _alarms.Add(alarm);
        }

        if (skip) ThreadPool.QueueUserWorkItem(_ => Ring());
    }

    private void Ring()
    {
        List<Alarm> due;
        lock (_gate)
        {
            due = _alarms.FindAll(alarm => alarm.At <= _now);
            _alarms.RemoveAll(due.Contains);
        }

        foreach (var alarm in due) alarm.Run();
    }

    private sealed class Alarm(FakeTime time, Action run) : ITimer
    {
        public DateTimeOffset At { get; set; }

        public void Run() => run();

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
