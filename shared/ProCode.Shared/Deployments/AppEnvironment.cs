using ProCode.Pipelines;

namespace ProCode.Deployments;

/// <summary>A run that waits for an environment; <paramref name="RequestedAt"/> is when the run was asked for.</summary>
public sealed record EnvironmentWaiter(long PipelineId, int Run, DateTimeOffset RequestedAt);

/// <summary>An app's environment and the lock on it: at most one pipeline deploys there at a time. <paramref name="Fence"/> grows whenever
/// the lock is taken, so that a target can tell a late order from a current one.</summary>
public sealed record AppEnvironment(string Name, long Fence, long? HeldByPipelineId, int? HeldByRun)
{
    /// <summary>Where a TESTING phase deploys to.</summary>
    public const string Testing = "testing";

    /// <summary>Where a STAGING phase deploys to.</summary>
    public const string Staging = "staging";

    /// <summary>Where a RELEASE phase deploys to.</summary>
    public const string Production = "production";

    // Nobody wants to read a hundred ids; the place in the queue tells the rest.
    private const int MaxNamed = 5;

    /// <summary>The runs that wait for the lock, in the order in which they were asked for.</summary>
    public IReadOnlyList<EnvironmentWaiter> Queue { get; init => field = value.Count == 0 ? [] : value; } = [];

    /// <summary>True when the run holds the lock.</summary>
    public bool IsHeldBy(long pipelineId, int run) => HeldByPipelineId == pipelineId && HeldByRun == run;

    /// <summary>The lock taken by a run, which waits no longer.</summary>
    public AppEnvironment TakenBy(long pipelineId, int run) =>
        Without(pipelineId, run) with { Fence = Fence + 1, HeldByPipelineId = pipelineId, HeldByRun = run };

    /// <summary>A run's place in the queue; null when it has none.</summary>
    public EnvironmentWaiter? WaiterOf(long pipelineId, int run) => Queue.FirstOrDefault(waiter => waiter.PipelineId == pipelineId && waiter.Run == run);

    /// <summary>The lock with a run in its place in the queue.</summary>
    public AppEnvironment WaitedForBy(EnvironmentWaiter waiter) => WaiterOf(waiter.PipelineId, waiter.Run) is not null
        ? this
        : this with { Queue = [.. Queue.Append(waiter).OrderBy(one => one.RequestedAt).ThenBy(one => one.PipelineId)] };

    /// <summary>The lock after a run has let go of it, or of its place in the queue.</summary>
    public AppEnvironment Without(long pipelineId, int run)
    {
        var left = IsHeldBy(pipelineId, run) ? this with { HeldByPipelineId = null, HeldByRun = null } : this;
        return left.WaiterOf(pipelineId, run) is not null
            ? left with { Queue = [.. left.Queue.Where(waiter => waiter.PipelineId != pipelineId || waiter.Run != run)] }
            : left;
    }

    /// <summary>Who may take the lock now; null while it is held or nobody waits.</summary>
    public EnvironmentWaiter? NextInLine() => HeldByPipelineId is null && Queue.Count > 0 ? Queue[0] : null;

    /// <summary>What a run in the queue waits for, as people are told; null when it is not in the queue.</summary>
    public WaitingFor? WaitOf(long pipelineId, int run, DateTimeOffset since)
    {
        if (WaiterOf(pipelineId, run) is not { } self) return null;
        var before = Queue.TakeWhile(waiter => waiter != self).Select(waiter => waiter.PipelineId).ToList();
        var first = HeldByPipelineId ?? Queue[0].PipelineId;
        var holds = HeldByPipelineId is null ? $"Pipeline {first} deploys to {Name} next" : $"Pipeline {first} is deploying to {Name}";
        var place = before.Count == 0
            ? "this one is next in line"
            : $"this one is number {before.Count + 1} in line, right behind {string.Join(", ", before.TakeLast(MaxNamed))}";
        return new WaitingFor(WaitKind.LOCK, $"{holds}; {place}.", since, HeldByPipelineId: first);
    }
}
