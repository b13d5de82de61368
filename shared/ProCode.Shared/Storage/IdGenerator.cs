using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace ProCode.Storage;

/// <summary>
/// Hands out the positive 64-bit ids of an aggregate, from 1, each at most once over all processes. Ids are taken from the
/// aggregate's counter row in blocks, so most cost no round trip; what is left of a block when the process ends is never used.
/// </summary>
public sealed class IdGenerator(Tables tables) : IDisposable
{
    private const int BlockSize = 50;

    // Each lost race means that someone else got a block, so this many in a row is not contention but a fault.
    private const int MaxAttempts = 100;

    private readonly ConcurrentDictionary<string, Block> _blocks = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refill = new(1, 1);

    /// <summary>The next id of an aggregate, such as <c>apps</c>.</summary>
    public async ValueTask<long> NextAsync(string aggregate, CancellationToken cancellation)
    {
        if (_blocks.TryGetValue(aggregate, out var block) && block.TryTake(out var id)) return id;

        await _refill.WaitAsync(cancellation);
        try
        {
            // Whoever waited finds the block that the one before has taken.
            if (_blocks.TryGetValue(aggregate, out block) && block.TryTake(out id)) return id;
            var fresh = new Block(await TakeBlockAsync(aggregate, cancellation));
            fresh.TryTake(out id);
            _blocks[aggregate] = fresh;
            return id;
        }
        finally
        {
            _refill.Release();
        }
    }

    public void Dispose() => _refill.Dispose();

    private async Task<long> TakeBlockAsync(string aggregate, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Counters, cancellation);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var counter = await table.FindAsync(aggregate, aggregate, cancellation);
            if (counter is null)
            {
                if (await table.TryInsertAsync(new TableEntity(aggregate, aggregate) { ["Next"] = 1L + BlockSize }, cancellation)) return 1;
                continue;
            }

            var first = counter.GetInt64("Next")!.Value;
            counter["Next"] = first + BlockSize;
            if (await table.TryUpdateAsync(counter, cancellation)) return first;
        }

        throw new InvalidOperationException($"The counter of '{aggregate}' could not be moved in {MaxAttempts} attempts.");
    }

    private sealed class Block(long first)
    {
        private long _taken;

        public bool TryTake(out long id)
        {
            var index = Interlocked.Increment(ref _taken) - 1;
            id = first + index;
            return index < BlockSize;
        }
    }
}
