using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Idempotency;

/// <summary>What was answered to a request; the body is JSON.</summary>
public sealed record RecordedAnswer(int Status, string Body, string? ETag);

/// <summary>A request with an Idempotency-Key, as its row says. Not for concurrent use within one process; several processes may hold the same row.</summary>
public sealed class KeyedRequest : IReservedIds
{
    private readonly TableClient _table;
    private readonly IdGenerator _generator;
    private TableEntity _row;

    internal KeyedRequest(TableClient table, IdGenerator generator, TableEntity row) => (_table, _generator, _row) = (table, generator, row);

    /// <summary>The answer, once there is one.</summary>
    public RecordedAnswer? Answer => TableEntityJson.Get<RecordedAnswer>(_row, "Answer");

    /// <summary>Keeps an answer, unless another run was quicker: all runs then answer as the quickest did.</summary>
    public async Task<RecordedAnswer> RecordAsync(RecordedAnswer answer, CancellationToken cancellation)
    {
        while (Answer is null)
        {
            TableEntityJson.Set(_row, "Answer", answer);
            if (!await _table.TryUpdateAsync(_row, cancellation)) await ReloadAsync(cancellation);
        }

        return Answer!;
    }

    // The id is in the row before anybody can make something under it. Two runs may both take one from the generator;
    // whose write comes second finds the other's and drops its own.
    async Task<long> IReservedIds.ReserveAsync(string aggregate, int index, CancellationToken cancellation)
    {
        while (true)
        {
            var ids = TableEntityJson.Get<Dictionary<string, List<long>>>(_row, "Ids") ?? [];
            if (!ids.TryGetValue(aggregate, out var reserved)) ids[aggregate] = reserved = [];
            if (index < reserved.Count) return reserved[index];

            reserved.Add(await _generator.NextAsync(aggregate, cancellation));
            TableEntityJson.Set(_row, "Ids", ids);
            if (await _table.TryUpdateAsync(_row, cancellation)) return reserved[index];
            await ReloadAsync(cancellation);
        }
    }

    private async Task ReloadAsync(CancellationToken cancellation) =>
        _row = await _table.FindAsync(_row.PartitionKey, _row.RowKey, cancellation)
            ?? throw new InvalidOperationException("The row of a running request is gone.");
}
