namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>A clock that runs by itself, a thousand times as fast as others, so that nobody waits for durable timers or for a second try.</summary>
internal sealed class HastyClock : TimeProvider
{
    private const int Speed = 1000;

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => Start + (System.GetElapsedTime(_began) * Speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HastyTimer(System.CreateTimer(callback, state, Hasten(dueTime), Hasten(period)));

    // Never to nothing, which would make a wait that is over a little early into a busy loop.
    private static TimeSpan Hasten(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / Speed));

    private sealed class HastyTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Hasten(dueTime), Hasten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
