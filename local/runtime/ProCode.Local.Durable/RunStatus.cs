namespace ProCode.Local.Durable;

/// <summary>The state of an instance.</summary>
public enum RunStatus
{
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

/// <summary>What each state means.</summary>
public static class RunStatuses
{
    public static bool IsFinal(this RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Terminated;
}
