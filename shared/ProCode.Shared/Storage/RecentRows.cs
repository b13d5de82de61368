using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace ProCode.Storage;

/// <summary>
/// The rows of runs that this process has lately written, by their keys. Whoever has just written a row most often changes it next, and need not read it for that. It may
/// have been changed by another process since, which only the storage knows.
/// </summary>
internal sealed class RecentRows(TimeProvider time)
{
    // A row stays for one or two spans. The bound is on one generation; a pipeline's row is a few kilobytes.
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(30);
    private const int Bound = 4_000;

    private readonly Lock _gate = new();
    private ConcurrentDictionary<(string, string), TableEntity> _young = new();
    private ConcurrentDictionary<(string, string), TableEntity> _old = new();
    private DateTimeOffset _since;
    private int _kept;

    /// <summary>The row as it was written or read last, or null.</summary>
    public TableEntity? Find(string partitionKey, string rowKey)
    {
        TurnOver();
        var key = (partitionKey, rowKey);
        return _young.TryGetValue(key, out var row) || _old.TryGetValue(key, out row) ? row : null;
    }

    /// <summary>Keeps a row that was just written or read. Others than those of runs are not asked for again, and some are large.</summary>
    public void Keep(TableEntity row)
    {
        if (!AppRows.IsOfRun(row.RowKey)) return;
        TurnOver();
        Interlocked.Increment(ref _kept);
        _young[(row.PartitionKey, row.RowKey)] = row;
    }

    /// <summary>Forgets a row of which it isn't known any more how it stands.</summary>
    public void Forget(string partitionKey, string rowKey)
    {
        _young.TryRemove((partitionKey, rowKey), out _);
        _old.TryRemove((partitionKey, rowKey), out _);
    }

    private void TurnOver()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (now - _since < Span && _kept < Bound) return;

            // After a long rest both are too old.
            _old = now - _since < 2 * Span ? _young : new();
            _young = new();
            (_since, _kept) = (now, 0);
        }
    }
}
