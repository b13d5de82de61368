using ProCode.Local.Durable.Storage;

namespace ProCode.Local.Durable.Recording;

/// <summary>
/// Keeps what every run did, also of instances that continue as new, of which the engine itself keeps the last run only. It hears of a
/// step before anybody else hears of what the step did. May be used from any thread.
/// </summary>
public sealed class RunRecorder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<RecordedRun> _runs = [];

    /// <summary>The runs so far, the runs of an instance in their order.</summary>
    public IReadOnlyList<RecordedRun> Runs
    {
        get
        {
            lock (_gate)
                return [.. _runs];
        }
    }

    internal void Add(Step step, bool taken)
    {
        if (!taken)
            return;
        lock (_gate)
        {
            var instance = step.Instance;
            if (!_places.TryGetValue(instance.Execution, out var place))
            {
                _places[instance.Execution] = place = _runs.Count;
                _runs.Add(new()
                {
                    Orchestrator = instance.Name,
                    Version = instance.Version,
                    InstanceId = instance.Id,
                    Parent = instance.Parent,
                    Input = instance.Input,
                    Events = [],
                });
            }

            _runs[place] = _runs[place] with
            {
                Events = [.. _runs[place].Events, .. step.Fresh, .. step.Outcome.Decisions.Select(decision => decision.Record)],
                End = RecordedRuns.Describe(step.Outcome.End),
            };
        }
    }
}
