namespace ProCode.Local.Durable.Storage;

/// <summary>What a change sets in motion, once it is committed. After a crash the same is found in the tables.</summary>
internal sealed class Effects
{
    /// <summary>Instances that may have something to do.</summary>
    public HashSet<string> Woken { get; } = [];

    /// <summary>Instances whose state others may be waiting for.</summary>
    public HashSet<string> Changed { get; } = [];

    public List<ActivityRow> Activities { get; } = [];

    /// <summary>The earliest new timer.</summary>
    public DateTime NextTimer { get; private set; } = DateTime.MaxValue;

    public void TimerAt(DateTime time) => NextTimer = time < NextTimer ? time : NextTimer;
}

/// <summary>An activity that waits to run or is running.</summary>
internal sealed record ActivityRow(long Place, string Execution, ActivityCall Call);
