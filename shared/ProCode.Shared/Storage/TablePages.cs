using Azure.Data.Tables;
using ProCode.Results;

namespace ProCode.Storage;

/// <summary>One page of a list. <paramref name="Continuation"/> is opaque, fits into a URL, and is null after the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Continuation);

/// <summary>Lists over tables.</summary>
public static class TablePages
{
    // A filter that finds little makes the service answer empty pages with a token; a client may get a short page, but not wait for ever.
    private const int MaxRoundTrips = 5;

    /// <summary>
    /// Reads the next rows that match. A continuation works only for the list that it came from (same table, same filter);
    /// anything else is refused as <see cref="GeneralErrors.Invalid"/>.
    /// </summary>
    public static async Task<Result<Page<T>>> ReadPageAsync<T>(
        this TableClient table, string filter, int limit, string? continuation, Func<TableEntity, T> read, CancellationToken cancellation)
    {
        string? token = null;
        var scope = $"{table.Name}\n{filter}";
        if (continuation is not null && !Continuation.TryDecode(scope, continuation, out token))
            return GeneralErrors.Invalid.With("The continuation does not belong to this list.", "continuation", "must be one that this list has answered");

        var items = new List<T>(limit);
        for (var trip = 0; trip < MaxRoundTrips && items.Count < limit; trip++)
        {
            var pages = table.QueryAsync<TableEntity>(filter, limit - items.Count, cancellationToken: cancellation).AsPages(token);
            await using var page = pages.GetAsyncEnumerator(cancellation);
            if (!await page.MoveNextAsync()) break;
            items.AddRange(page.Current.Values.Select(read));
            token = page.Current.ContinuationToken;
            if (string.IsNullOrEmpty(token)) break;
        }

        return new Page<T>(items, string.IsNullOrEmpty(token) ? null : Continuation.Encode(scope, token));
    }
}
