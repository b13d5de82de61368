using System.Collections.Concurrent;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>
/// When a process of a scenario dies: right before or right after the request to the storage with this number, counted over all its processes from 1. 0: never.
/// </summary>
internal sealed class Fate(int point, bool after)
{
    private readonly ConcurrentDictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private int _requests;

    /// <summary>Requests to the storage so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>True once the moment has come.</summary>
    public bool HasCome => point > 0 && Requests >= point;

    /// <summary>Counts a request and tells whether the process dies before it or after it.</summary>
    public (bool Before, bool After) Next() => Interlocked.Increment(ref _requests) == point ? (!after, after) : (false, false);

    /// <summary>From now on calls of this name are held up for ever: they are never carried out.</summary>
    public void HoldUp(string call) => _holds[call] = new Hold();

    /// <summary>True when somebody was or is held up there.</summary>
    public bool IsReached(string call) => _holds[call].IsReached;

    /// <summary>True when somebody may be held up.</summary>
    public bool IsHolding => _holds.Values.Any(hold => hold.IsReached);

    public Task ArriveAsync(string call)
    {
        if (!_holds.TryGetValue(call, out var hold)) return Task.CompletedTask;
        hold.IsReached = true;
        return new TaskCompletionSource().Task;
    }

    private sealed class Hold
    {
        public bool IsReached { get; set; }
    }
}
