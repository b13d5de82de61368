using System.Globalization;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Protocol;

/// <summary>Requests about tables, and queries over them.</summary>
internal static class TableRequests
{
    public static Task<Response<TableItem>> CreateAsync(TablesService service, string table, CancellationToken cancellationToken) =>
        CreateAsync(service, table, Accept.Created, cancellationToken);

    public static async Task<Response<TableItem>> CreateIfNotExistsAsync(TablesService service, string table, CancellationToken cancellationToken)
    {
        var created = await CreateAsync(service, table, Accept.CreatedOrConflict, cancellationToken).ConfigureAwait(false);
        if (created.GetRawResponse() is not { Status: 409 } response)
            return created;
        var conflict = new RequestFailedException(response, null, ErrorParser.Instance);
        return conflict.ErrorCode == TableErrorCode.TableAlreadyExists ? created : throw conflict;
    }

    public static async Task<Response> DeleteAsync(TablesService service, string table, CancellationToken cancellationToken)
    {
        using var message = service.NewMessage(RequestMethod.Delete, $"Tables('{Uri.EscapeDataString(table)}')", Accept.NoContentOrMissing);
        return await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<Page<TableItem>> ListAsync(
        TablesService service, string? filter, int? size, string? token, CancellationToken cancellationToken)
    {
        using var message = service.NewMessage(RequestMethod.Get, "Tables", Accept.Ok);
        AppendQuery(message, filter, size);
        if (token is not null)
            message.Request.Uri.AppendQuery("NextTableName", token);

        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        using var json = JsonDocument.Parse(response.Content.ToMemory());
        var tables = json.RootElement.GetProperty("value").EnumerateArray().Select(table => new TableItem(table.GetProperty("TableName").GetString()!));
        return Page<TableItem>.FromValues([.. tables], Header(response, "NextTableName"), response);
    }

    public static async Task<Page<T>> QueryAsync<T>(
        TablesService service, string table, string? filter, int? size, string? select, string? token, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        using var message = service.NewMessage(RequestMethod.Get, $"{table}()", Accept.Ok);
        AppendQuery(message, filter, size);
        if (select is not null)
            message.Request.Uri.AppendQuery("$select", select);
        if (token?.Split(' ') is [var partitionKey, .. var rest])
        {
            message.Request.Uri.AppendQuery("NextPartitionKey", partitionKey);
            if (rest is [{ Length: > 0 } rowKey, ..])
                message.Request.Uri.AppendQuery("NextRowKey", rowKey);
        }

        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        using var json = JsonDocument.Parse(response.Content.ToMemory());
        var entities = json.RootElement.GetProperty("value").EnumerateArray().Select(EntityJson.ToEntity<T>);
        var next = Header(response, "NextPartitionKey") is { } nextPartition ? $"{nextPartition} {Header(response, "NextRowKey")}" : null;
        return Page<T>.FromValues([.. entities], next, response);
    }

    private static async Task<Response<TableItem>> CreateAsync(
        TablesService service, string table, ResponseClassifier accepted, CancellationToken cancellationToken)
    {
        using var message = service.NewMessage(RequestMethod.Post, "Tables", accepted);
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        message.Request.Headers.SetValue("Content-Type", EntityJson.Write);
        message.Request.Content = RequestContent.Create(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = table }));
        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(new TableItem(table), response);
    }

    private static void AppendQuery(HttpMessage message, string? filter, int? size)
    {
        if (!string.IsNullOrEmpty(filter))
            message.Request.Uri.AppendQuery("$filter", filter);
        if (size is { } top)
            message.Request.Uri.AppendQuery("$top", top.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Header(Response response, string name) =>
        response.Headers.TryGetValue($"x-ms-continuation-{name}", out var value) ? value : null;
}
