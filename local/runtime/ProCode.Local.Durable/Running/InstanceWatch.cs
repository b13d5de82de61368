namespace ProCode.Local.Durable.Running;

/// <summary>Lets callers wait for an instance to change without asking the file again and again.</summary>
internal sealed class InstanceWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watchers> _watched = [];

    /// <summary>
    /// Returns the first answer of <paramref name="read"/> that is <paramref name="enough"/>, asking at once and after every change.
    /// </summary>
    public async Task<T> WaitAsync<T>(string id, Func<T> read, Func<T, bool> enough, CancellationToken cancellationToken)
    {
        while (true)
        {
            var watchers = Join(id);
            try
            {
                // Read after joining, so that a change in between is not missed.
                var answer = read();
                if (enough(answer))
                    return answer;
                await watchers.Changed.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Leave(id, watchers);
            }
        }
    }

    public void Changed(string id)
    {
        Watchers? watchers;
        lock (_gate)
            _watched.Remove(id, out watchers);
        watchers?.Changed.TrySetResult();
    }

    private Watchers Join(string id)
    {
        lock (_gate)
        {
            if (!_watched.TryGetValue(id, out var watchers))
                _watched[id] = watchers = new();
            watchers.Count++;
            return watchers;
        }
    }

    private void Leave(string id, Watchers watchers)
    {
        lock (_gate)
            if (--watchers.Count == 0 && _watched.TryGetValue(id, out var current) && current == watchers)
                _watched.Remove(id);
    }

    private sealed class Watchers
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; set; }
    }
}
