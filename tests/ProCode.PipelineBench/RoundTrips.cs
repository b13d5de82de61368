using System.Collections.Concurrent;
using System.Diagnostics;

namespace ProCode.PipelineBench;

/// <summary>Which service of the storage account.</summary>
internal enum StorageKind
{
    Tables,
    Blobs,
}

/// <summary>How often something was asked of the storage, and how long that took together.</summary>
internal sealed record Operation(string Kind, string Name, long Count, double Milliseconds);

/// <summary>Every request that this process has sent to the storage, by kind and by what was asked.</summary>
internal sealed class RoundTrips
{
    private readonly ConcurrentDictionary<(StorageKind Kind, string Name), Tally> _tallies = new();
    private long _orders;

    /// <summary>How many deployments were ordered.</summary>
    public long Orders => Interlocked.Read(ref _orders);

    /// <summary>What was asked so far.</summary>
    public IReadOnlyList<Operation> Operations =>
        [.. _tallies.Select(tally => new Operation(
            tally.Key.Kind.ToString(), tally.Key.Name, Interlocked.Read(ref tally.Value.Count), Stopwatch.GetElapsedTime(0, Interlocked.Read(ref tally.Value.Ticks)).TotalMilliseconds))];

    public void Add(StorageKind kind, string name, long ticks)
    {
        var tally = _tallies.GetOrAdd((kind, name), _ => new Tally());
        Interlocked.Increment(ref tally.Count);
        Interlocked.Add(ref tally.Ticks, ticks);
    }

    public void AddOrder() => Interlocked.Increment(ref _orders);

    private sealed class Tally
    {
        public long Count;
        public long Ticks;
    }
}
