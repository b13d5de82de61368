using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace ProCode.Storage;

/// <summary>
/// Tells the sweep which apps may owe something, so that it need not look at all of them. A bell is rung before the transaction that
/// incurs a debt, at most once in <see cref="Quiet"/> per process and app, and taken down by the sweep only when it has hung for
/// <see cref="Hangs"/> and the app owed nothing: every debt is therefore looked for at least once while its bell hangs.
/// </summary>
public sealed class Doorbells(Tables tables, TimeProvider time)
{
    private const string Partition = "apps";

    /// <summary>How long one ring serves for.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>How long a bell hangs at least.</summary>
    public static readonly TimeSpan Hangs = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _rung = new();

    /// <summary>Announces that the app may soon owe something.</summary>
    public async Task RingAsync(long appId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_rung.TryGetValue(appId, out var last) && now - last < Quiet) return;
        var bell = new TableEntity(Partition, appId.ToString("D19", CultureInfo.InvariantCulture)) { ["AppId"] = appId, ["RungAt"] = now };
        await (await tables.GetAsync(TableNames.Doorbells, cancellation)).UpsertEntityAsync(bell, TableUpdateMode.Replace, cancellation);
        _rung[appId] = now;
    }

    /// <summary>The bells that hang now.</summary>
    public async IAsyncEnumerable<Bell> HangingAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in (await tables.GetAsync(TableNames.Doorbells, cancellation)).QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
            yield return new Bell(row.GetInt64("AppId")!.Value, row.GetDateTimeOffset("RungAt")!.Value, row.RowKey, row.ETag);
    }

    /// <summary>Takes a bell down if it has hung long enough and nobody rang it again.</summary>
    public async Task TakeDownAsync(Bell bell, CancellationToken cancellation)
    {
        if (time.GetUtcNow() - bell.RungAt < Hangs) return;
        try
        {
            await (await tables.GetAsync(TableNames.Doorbells, cancellation)).DeleteEntityAsync(Partition, bell.RowKey, bell.ETag, cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // Rung again: it stays.
        }
    }
}

/// <summary>An app that may owe something.</summary>
public sealed record Bell(long AppId, DateTimeOffset RungAt, string RowKey, ETag ETag);
