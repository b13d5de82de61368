namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>How often each activity was run, in all lives of the process.</summary>
internal sealed class Effects
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _runs = [];

    /// <summary>The fate of the process that lives now.</summary>
    public StorageFate Fate { get; set; } = new();

    /// <summary>Counts the run and returns how many there were; a dead process runs nothing.</summary>
    public int Run(string key)
    {
        var runs = 0;
        var alive = Fate.WhileAlive(() =>
        {
            lock (_gate)
                _runs[key] = runs = _runs.GetValueOrDefault(key) + 1;
        });
        return alive ? runs : throw new InvalidOperationException("This process is dead.");
    }

    public IReadOnlyDictionary<string, int> Runs
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_runs);
        }
    }
}
