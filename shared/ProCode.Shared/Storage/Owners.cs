using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;

namespace ProCode.Storage;

/// <summary>What has an id of its own but lives in an app's partition.</summary>
public enum OwnedKind
{
    Iteration,
    Pipeline,
    Repo,
}

/// <summary>Which app an iteration, pipeline or repository belongs to. Written before the thing itself and never changed, so it can be remembered.</summary>
public sealed class Owners(Tables tables)
{
    // Entries are a few dozen bytes; the bound only keeps a long-lived process from growing for ever.
    private const int Remembered = 100_000;
    private const string Row = "owner";

    private readonly ConcurrentDictionary<(OwnedKind, long), long> _known = new();

    /// <summary>The app's id, or null when there is no such thing.</summary>
    public async Task<long?> FindAsync(OwnedKind kind, long id, CancellationToken cancellation)
    {
        if (_known.TryGetValue((kind, id), out var known)) return known;
        var table = await tables.GetAsync(TableNames.Owners, cancellation);
        return await table.FindAsync(Key(kind, id), Row, cancellation) is { } found ? Remember(kind, id, found.GetInt64("AppId")!.Value) : null;
    }

    /// <summary>Says whose the id is. Saying it again is fine.</summary>
    public async Task SetAsync(OwnedKind kind, long id, long appId, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Owners, cancellation);
        await table.UpsertEntityAsync(new TableEntity(Key(kind, id), Row) { ["AppId"] = appId }, TableUpdateMode.Replace, cancellation);
        Remember(kind, id, appId);
    }

    private static string Key(OwnedKind kind, long id) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{id}");

    private long Remember(OwnedKind kind, long id, long appId)
    {
        if (_known.Count > Remembered) _known.Clear();
        return _known[(kind, id)] = appId;
    }
}
