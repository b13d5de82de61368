using Azure.Core;

namespace Azure.Data.Tables.Protocol;

/// <summary>The one place that knows which request each write is; used alone and inside a transaction.</summary>
internal static class EntityRequests
{
    private static readonly RequestMethod Merge = RequestMethod.Patch;

    public static HttpMessage Add(TablesService service, string table, ITableEntity entity) =>
        Writing(service.NewMessage(RequestMethod.Post, table, Accept.Created), entity);

    public static HttpMessage Write(TablesService service, string table, ITableEntity entity, TableUpdateMode mode, ETag ifMatch)
    {
        var message = service.NewMessage(mode == TableUpdateMode.Merge ? Merge : RequestMethod.Put, KeyPath(table, entity), Accept.NoContent);
        return Writing(Matching(message, ifMatch), entity);
    }

    public static HttpMessage Delete(TablesService service, string table, string partitionKey, string rowKey, ETag ifMatch)
    {
        var message = service.NewMessage(RequestMethod.Delete, KeyPath(table, partitionKey, rowKey), Accept.NoContentOrMissing);
        return Matching(message, ifMatch == default ? ETag.All : ifMatch);
    }

    public static HttpMessage Of(TablesService service, string table, TableTransactionAction action)
    {
        var entity = action.Entity;
        return action.ActionType switch
        {
            TableTransactionActionType.Add => Add(service, table, entity),
            TableTransactionActionType.UpdateMerge => Write(service, table, entity, TableUpdateMode.Merge, action.ETag),
            TableTransactionActionType.UpdateReplace => Write(service, table, entity, TableUpdateMode.Replace, action.ETag),
            TableTransactionActionType.UpsertMerge => Write(service, table, entity, TableUpdateMode.Merge, default),
            TableTransactionActionType.UpsertReplace => Write(service, table, entity, TableUpdateMode.Replace, default),
            TableTransactionActionType.Delete => Delete(service, table, entity.PartitionKey, entity.RowKey, action.ETag),
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        };
    }

    public static string KeyPath(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    private static string KeyPath(string table, ITableEntity entity) => KeyPath(table, entity.PartitionKey, entity.RowKey);

    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));

    private static HttpMessage Matching(HttpMessage message, ETag ifMatch)
    {
        if (ifMatch != default)
            message.Request.Headers.SetValue("If-Match", ifMatch.ToString("H"));
        return message;
    }

    private static HttpMessage Writing(HttpMessage message, ITableEntity entity)
    {
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        message.Request.Headers.SetValue("Content-Type", EntityJson.Write);
        message.Request.Content = RequestContent.Create(EntityJson.ToJson(entity));
        return message;
    }
}
