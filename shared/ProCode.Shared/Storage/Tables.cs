using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace ProCode.Storage;

/// <summary>The account's tables by name, each made once per process before its first use.</summary>
public sealed class Tables(TableServiceClient service)
{
    private readonly ConcurrentDictionary<string, TableClient> _ready = new(StringComparer.Ordinal);

    /// <summary>The table, which exists from now on.</summary>
    public ValueTask<TableClient> GetAsync(string name, CancellationToken cancellation) =>
        _ready.TryGetValue(name, out var table) ? ValueTask.FromResult(table) : new ValueTask<TableClient>(CreateAsync(name, cancellation));

    private async Task<TableClient> CreateAsync(string name, CancellationToken cancellation)
    {
        var table = service.GetTableClient(name);
        await table.CreateIfNotExistsAsync(cancellation);
        return _ready.GetOrAdd(name, table);
    }
}
