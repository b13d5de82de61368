using Azure.Core;
using Azure.Data.Tables.Filters;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Protocol;

namespace Azure.Data.Tables;

/// <summary>The tables of an account; its table clients share one pipeline. Safe for use by many threads.</summary>
public class TableServiceClient
{
    private readonly TablesService service;

    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    public TableServiceClient(string connectionString, TableClientOptions? options = null) => service = new(connectionString, options);

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options) => service = new(endpoint, credential, options);

    public TableServiceClient(Uri endpoint, AzureSasCredential credential)
        : this(endpoint, credential, null)
    {
    }

    /// <exception cref="ArgumentException">The endpoint is not https.</exception>
    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null) => service = new(endpoint, credential, options);

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null) => service = new(endpoint, tokenCredential, options);

    public virtual string AccountName => service.AccountName;

    public virtual Uri Uri => service.Endpoint;

    /// <summary>Quotes and escapes the values of an interpolated filter.</summary>
    public static string CreateQueryFilter(FormattableString filter) => FormattedFilter.ToOData(filter);

    public virtual TableClient GetTableClient(string tableName) => new(service, tableName);

    /// <exception cref="RequestFailedException">409 TableAlreadyExists, 409 TableBeingDeleted.</exception>
    public virtual Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return TableRequests.CreateAsync(service, tableName, cancellationToken);
    }

    /// <exception cref="RequestFailedException">409 TableBeingDeleted.</exception>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return TableRequests.CreateIfNotExistsAsync(service, tableName, cancellationToken);
    }

    /// <summary>Deletes a table; a missing one is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return TableRequests.DeleteAsync(service, tableName, cancellationToken);
    }

    public virtual AsyncPageable<TableItem> QueryAsync(string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        new PagedQuery<TableItem>((token, size, cancel) => TableRequests.ListAsync(service, filter, size ?? maxPerPage, token, cancel), cancellationToken);
}
