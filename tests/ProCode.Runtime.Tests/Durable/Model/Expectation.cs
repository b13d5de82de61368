namespace ProCode.Runtime.Tests.Durable.Model;

/// <summary>
/// The model: what a plan comes to when there is no engine, no replay, no time and no failure, which is what it must come to on the engine whatever happens.
/// </summary>
internal sealed class Expectation
{
    public const int BrokenAttempts = 3;

    private readonly Dictionary<string, int> _runs = [];
    private readonly int[] _events = new int[Cases.Names];

    public Expectation(Plan plan, string id)
    {
        var trace = new List<string>();
        var place = 0;
        foreach (var turn in plan.Turns)
        {
            // A new run has said nothing yet.
            Status = null;
            foreach (var act in turn)
                trace.Add(Do(act, $"{id}.{place++}"));
        }

        Trace = string.Join(' ', trace);
    }

    /// <summary>What every act has come to.</summary>
    public string Trace { get; }

    /// <summary>The last run's last custom status, if there was one.</summary>
    public string? Status { get; private set; }

    /// <summary>How often each activity runs.</summary>
    public IReadOnlyDictionary<string, int> Runs => _runs;

    /// <summary>How many events of each name it waits for.</summary>
    public IReadOnlyList<int> Events => _events;

    private string Do(Act act, string key) => act.Kind switch
    {
        ActKind.Call => Run(key),
        ActKind.Fan => string.Join('+', Enumerable.Range(0, act.Number + 1).Select(i => Run($"{key}.{i}"))),
        ActKind.Flaky => Run(key, act.Number + 1),
        ActKind.Broken => $"{Run(key, BrokenAttempts)} broken",
        ActKind.Sleep => "slept",
        ActKind.Wait => $"event{act.Number % Cases.Names}:{_events[act.Number % Cases.Names]++}",
        ActKind.Silence => "silence",
        ActKind.Echo => key,
        ActKind.Race => Run(key),
        ActKind.Abandon => Abandon(key),
        ActKind.Say => Say(key),
        ActKind.Child => $"({Inside(act, key)})",
        ActKind.BrokenChild => $"({Inside(act, key)} thrown)",
        ActKind.AtOnce => $"[{Inside(act, key, saysItself: true)}]",
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    private string Run(string key, int times = 1)
    {
        _runs[key] = times;
        return key;
    }

    private string Abandon(string key)
    {
        Run(key);
        return "left";
    }

    private string Say(string key)
    {
        Status = key;
        return "said";
    }

    // A child's custom status is its own.
    private string Inside(Act act, string key, bool saysItself = false)
    {
        var status = Status;
        var inside = string.Join(' ', act.Inner.Select((inner, at) => Do(inner, $"{key}.{at}")));
        if (!saysItself)
            Status = status;
        return inside;
    }
}
