using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Idempotency;

/// <summary>
/// Requests by Idempotency-Key, one row per principal, function and key, for 24 hours. The row is there before the first effect,
/// holds the ids of what the request makes, and in the end its answer.
/// </summary>
public sealed class IdempotencyStore(Tables tables, IdGenerator generator, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Begins a request or finds it begun. <paramref name="request"/> is everything that makes two requests the same: path, query and body.
    /// A different request under a key that was used already is <see cref="IdempotencyErrors.KeyReused"/>.
    /// </summary>
    public async Task<Result<KeyedRequest>> BeginAsync(
        string principalId, string function, string key, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Idempotency, cancellation);
        var rowKey = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{function}\n{key}")));

        // Keyed by what only the client knows, so that whoever can read the table cannot try out guesses of a secret in the body.
        var requestHash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), request.Span));

        while (true)
        {
            var now = time.GetUtcNow();
            var row = await table.FindAsync(principalId, rowKey, cancellation);
            if (row is not null && row.GetDateTimeOffset("ExpiresAt") > now)
            {
                return row.GetString("RequestHash") == requestHash
                    ? new KeyedRequest(table, generator, row)
                    : IdempotencyErrors.KeyReused.With("This Idempotency-Key was used for another request.", "Idempotency-Key", "use a new key for a new request");
            }

            var fresh = new TableEntity(principalId, rowKey) { ["RequestHash"] = requestHash, ["ExpiresAt"] = now + Lifetime };
            if (row is not null) fresh.ETag = row.ETag;
            var begun = row is null ? await table.TryInsertAsync(fresh, cancellation) : await table.TryUpdateAsync(fresh, cancellation);
            if (begun) return new KeyedRequest(table, generator, fresh);
        }
    }

    /// <summary>Removes the requests whose time is over.</summary>
    public async Task RemoveExpiredAsync(CancellationToken cancellation)
    {
        var table = await tables.GetAsync(TableNames.Idempotency, cancellation);
        var filter = TableClient.CreateQueryFilter($"ExpiresAt le {time.GetUtcNow()}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellation))
        {
            // A key that has begun a new request meanwhile has another version.
            await table.TryDeleteAsync(row, cancellation);
        }
    }
}
