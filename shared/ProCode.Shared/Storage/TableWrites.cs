using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace ProCode.Storage;

/// <summary>
/// Writes that may lose a race. False means that the row is not as the caller thought: read it again. It can also be the caller's own
/// write, when the answer was lost on the way and the client tried twice, so compare before blaming someone else.
/// </summary>
public static class TableWrites
{
    /// <summary>The row, or null.</summary>
    public static async Task<TableEntity?> FindAsync(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellation)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellation);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Adds a row, and gives it its ETag; false when there is one already.</summary>
    public static async Task<bool> TryInsertAsync(this TableClient table, TableEntity entity, CancellationToken cancellation)
    {
        try
        {
            var response = await table.AddEntityAsync(entity, cancellation);
            entity.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return false;
        }
    }

    /// <summary>Replaces the row if it still has the entity's ETag, and gives the entity its new one; false when it was changed or removed.</summary>
    public static async Task<bool> TryUpdateAsync(this TableClient table, TableEntity entity, CancellationToken cancellation)
    {
        try
        {
            var response = await table.UpdateEntityAsync(entity, entity.ETag, TableUpdateMode.Replace, cancellation);
            entity.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException lost) when (IsLostRace(lost))
        {
            return false;
        }
    }

    /// <summary>Removes the row if it still has the entity's ETag; false when it was changed or is gone.</summary>
    public static async Task<bool> TryDeleteAsync(this TableClient table, TableEntity entity, CancellationToken cancellation)
    {
        try
        {
            var response = await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, entity.ETag, cancellation);
            return response.Status != 404;
        }
        catch (RequestFailedException lost) when (IsLostRace(lost))
        {
            return false;
        }
    }

    /// <summary>All of it or nothing (one partition, at most 100 rows); false when a row exists already, was changed or removed.</summary>
    public static async Task<bool> TrySubmitAsync(this TableClient table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellation)
    {
        try
        {
            await table.SubmitTransactionAsync(actions, cancellation);
            return true;
        }
        catch (TableTransactionFailedException lost) when (lost.ErrorCode == TableErrorCode.EntityAlreadyExists || IsLostRace(lost))
        {
            return false;
        }
    }

    private static bool IsLostRace(RequestFailedException failure) =>
        failure.Status == 412 || failure.ErrorCode == TableErrorCode.ResourceNotFound || failure.ErrorCode == TableErrorCode.EntityNotFound;
}
