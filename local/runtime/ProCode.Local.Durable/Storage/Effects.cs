namespace ProCode.Local.Durable.Storage;

/// <summary>What a change sets in motion, once it is committed. After a crash the same is found in the tables.</summary>
internal sealed class Effects(Places places)
{
    /// <summary>Instances that may have something to do.</summary>
    public HashSet<string> Woken { get; } = [];

    /// <summary>What has arrived, in this order.</summary>
    public List<(string Instance, Message Message)> Arrived { get; } = [];

    /// <summary>Instances that were changed by more than what has arrived and the step that they took: what somebody knows of them is not true any more.</summary>
    public HashSet<string> Changed { get; } = [];

    /// <summary>Instances whose state others may be waiting for.</summary>
    public HashSet<string> Watched { get; } = [];

    public List<ActivityRow> Activities { get; } = [];

    /// <summary>The earliest new timer.</summary>
    public DateTime NextTimer { get; private set; } = DateTime.MaxValue;

    public long NextPlace() => places.Next();

    public void TimerAt(DateTime time) => NextTimer = time < NextTimer ? time : NextTimer;

    public void HasArrived(string instance, Message message)
    {
        Arrived.Add((instance, message));
        Woken.Add(instance);
    }

    public void HasChanged(string instance)
    {
        Changed.Add(instance);
        Watched.Add(instance);
    }
}

/// <summary>An activity that waits to run or is running.</summary>
internal sealed record ActivityRow(long Place, string Execution, ActivityCall Call);
