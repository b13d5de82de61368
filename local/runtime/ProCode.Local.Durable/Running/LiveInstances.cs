using ProCode.Local.Durable.Replay;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Running;

/// <summary>
/// Instances that memory knows as well as the file does, so that their next step reads nothing: those that are taking a step and, up to a number, those that took one
/// last. The writer tells, commit by commit, what has arrived for them; what was changed in any other way is forgotten, and read anew for its next step.
/// </summary>
internal sealed class LiveInstances(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveInstance> _known = [];
    private readonly LinkedList<LiveInstance> _byUse = new();

    /// <summary>
    /// For a step; <see cref="Keep"/> or <see cref="Forget(LiveInstance)"/> must follow before the same id is taken again. From now on what arrives is collected.
    /// </summary>
    public LiveInstance Take(string id)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(id, out var live))
                _known[id] = live = new(id);
            else if (live.Place is not null)
                _byUse.Remove(live.Place);
            live.Place = null;
            return live;
        }
    }

    /// <summary>Everything that has arrived and that no step has taken, when memory knows the instance.</summary>
    public List<Message> TakeArrived(LiveInstance live)
    {
        lock (_gate)
        {
            var arrived = live.Arrived;
            live.Arrived = [];
            return arrived;
        }
    }

    /// <summary>
    /// Says up to which place the file has been read. What stands there was in the file already; what is told from now on of such places comes late, because a commit can
    /// be read before it is told.
    /// </summary>
    public void HasRead(LiveInstance live, long lastPlace)
    {
        lock (_gate)
        {
            live.ReadUpTo = lastPlace;
            live.Arrived.RemoveAll(message => message.Place <= lastPlace);
        }
    }

    /// <summary>The step is committed, and what <paramref name="live"/> has is what the file has, unless the instance was forgotten meanwhile.</summary>
    public void Keep(LiveInstance live)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(live.Id, out var current) || current != live)
                return;
            live.Place = _byUse.AddLast(live);
            if (_byUse.Count <= capacity || _byUse.First is not { } oldest)
                return;
            _byUse.RemoveFirst();
            _known.Remove(oldest.Value.Id);
        }
    }

    public void Forget(LiveInstance live)
    {
        lock (_gate)
            if (_known.TryGetValue(live.Id, out var current) && current == live)
                _known.Remove(live.Id);
    }

    /// <summary>For the writer: what a commit has brought, in the order of the commits.</summary>
    public void Follow(Effects effects)
    {
        if (effects.Arrived.Count == 0 && effects.Changed.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var (id, message) in effects.Arrived)
                if (_known.TryGetValue(id, out var live) && message.Place > live.ReadUpTo)
                    live.Arrived.Add(message);
            foreach (var id in effects.Changed)
                if (_known.Remove(id, out var live) && live.Place is not null)
                    _byUse.Remove(live.Place);
        }
    }
}

/// <summary>What memory knows of one instance: its row and its run after its last step, and what has arrived since. The step that has taken it sets them.</summary>
internal sealed class LiveInstance(string id)
{
    public string Id { get; } = id;

    public InstanceRow? Row { get; set; }

    /// <summary>Null when the file must be read.</summary>
    public OrchestrationRun? Run { get; set; }

    // The rest belongs to LiveInstances, under its lock.
    public List<Message> Arrived { get; set; } = [];

    public long ReadUpTo { get; set; }

    /// <summary>Null while a step has it.</summary>
    public LinkedListNode<LiveInstance>? Place { get; set; }
}
