using System.Collections.Concurrent;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Running;

/// <summary>
/// Does to external events around ContinueAsNew what the real backend was seen to do: of those that a run has not read, or that come before the
/// next one begins, some are lost, and the others may change their order. Everything else arrives as ever.
/// </summary>
internal sealed class EventChaos
{
    /// <summary>How much later the next run begins, as it does there, so that events do fall in between.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    private readonly Random _random;
    private readonly ConcurrentDictionary<string, bool> _between = new();

    public EventChaos(int seed)
    {
        _random = new(seed);
        EventChaosTally.Watch();
    }

    /// <summary>The instance has continued as new, and its next run has not begun.</summary>
    public void Continued(string instanceId) => _between[instanceId] = true;

    /// <summary>What the step is given of what has arrived: all of it, unless it is a next run's first.</summary>
    public List<Message> Pass(string instanceId, List<Message> inbox) =>
        _between.ContainsKey(instanceId) ? Disturb(inbox) : inbox;

    /// <summary>The step is committed. One that could not be is taken again, and its events are disturbed again.</summary>
    public void Began(string instanceId, IEnumerable<Message> arrived, IEnumerable<HistoryEvent> passed)
    {
        if (_between.TryRemove(instanceId, out _))
            EventChaosTally.Add(PlacesOf(arrived.Select(message => message.Event)), PlacesOf(passed));
    }

    private static long[] PlacesOf(IEnumerable<HistoryEvent> events) => [.. events.OfType<EventReceived>().Select(received => received.Place)];

    private List<Message> Disturb(List<Message> inbox)
    {
        lock (_random)
        {
            var events = inbox.Where(message => message.Event is EventReceived && _random.Next(2) == 0).ToArray();
            if (_random.Next(2) == 0)
                _random.Shuffle(events);
            return [.. inbox.Where(message => message.Event is not EventReceived), .. events];
        }
    }
}
