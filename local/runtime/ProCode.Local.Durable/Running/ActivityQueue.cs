using System.Threading.Channels;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Running;

/// <summary>
/// Activities that wait to run. Instances take turns, so one that asks for thousands at once does not hold up the others; within an instance the first comes first.
/// </summary>
internal sealed class ActivityQueue
{
    private readonly Channel<string> _turns = Channel.CreateUnbounded<string>();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<ActivityRow>> _waiting = [];

    public void Add(ActivityRow activity)
    {
        var id = activity.Call.InstanceId;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var line))
            {
                _waiting[id] = line = new();
                _turns.Writer.TryWrite(id);
            }

            line.Enqueue(activity);
        }
    }

    public async ValueTask<ActivityRow> TakeAsync(CancellationToken cancellationToken)
    {
        var id = await _turns.Reader.ReadAsync(cancellationToken);
        lock (_gate)
        {
            var line = _waiting[id];
            var next = line.Dequeue();
            // Each instance that waits has one turn in the channel.
            if (line.Count > 0)
                _turns.Writer.TryWrite(id);
            else
                _waiting.Remove(id);
            return next;
        }
    }
}
