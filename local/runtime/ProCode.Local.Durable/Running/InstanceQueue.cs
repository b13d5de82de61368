using System.Threading.Channels;

namespace ProCode.Local.Durable.Running;

/// <summary>Instances that may have something to do. One is never given to two takers at once, and no wake-up is lost.</summary>
internal sealed class InstanceQueue
{
    private readonly Channel<string> _ready = Channel.CreateUnbounded<string>();
    private readonly Lock _gate = new();

    /// <summary>Instances that are queued or taken; true: woken again since they were taken.</summary>
    private readonly Dictionary<string, bool> _known = [];
    private readonly HashSet<string> _taken = [];

    public void Wake(string id)
    {
        lock (_gate)
        {
            if (_taken.Contains(id))
                _known[id] = true;
            else if (_known.TryAdd(id, false))
                _ready.Writer.TryWrite(id);
        }
    }

    /// <summary>Waits for the next; <see cref="Done"/> must follow.</summary>
    public async ValueTask<string> TakeAsync(CancellationToken cancellationToken)
    {
        var id = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_gate)
            _taken.Add(id);
        return id;
    }

    public void Done(string id)
    {
        lock (_gate)
        {
            _taken.Remove(id);
            if (_known.Remove(id, out var wokenAgain) && wokenAgain)
            {
                _known.Add(id, false);
                _ready.Writer.TryWrite(id);
            }
        }
    }
}
