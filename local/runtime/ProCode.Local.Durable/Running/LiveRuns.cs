using ProCode.Local.Durable.Replay;

namespace ProCode.Local.Durable.Running;

/// <summary>Runs that wait with their state in memory; when there are too many, the one used longest ago is forgotten and replayed later.</summary>
internal sealed class LiveRuns(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<OrchestrationRun>> _runs = [];
    private readonly LinkedList<OrchestrationRun> _byUse = new();

    /// <summary>Hands out the run of that execution and forgets it; a run of another execution is forgotten too.</summary>
    public OrchestrationRun? Take(string instanceId, string execution)
    {
        lock (_gate)
        {
            if (!_runs.Remove(instanceId, out var node))
                return null;
            _byUse.Remove(node);
            return node.Value.Execution == execution ? node.Value : null;
        }
    }

    public void Keep(OrchestrationRun run)
    {
        lock (_gate)
        {
            _runs[run.InstanceId] = _byUse.AddLast(run);
            if (_byUse.Count <= capacity || _byUse.First is not { } oldest)
                return;
            _runs.Remove(oldest.Value.InstanceId);
            _byUse.RemoveFirst();
        }
    }
}
