using System.Linq.Expressions;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Filters;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Protocol;

namespace Azure.Data.Tables;

/// <summary>One table: its life and its entities. Safe for use by many threads.</summary>
public class TableClient
{
    private readonly TablesService service;

    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(new TablesService(connectionString, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(new TablesService(endpoint, credential, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(new TablesService(endpoint, tokenCredential, options), tableName)
    {
    }

    internal TableClient(TablesService service, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        this.service = service;
        Name = tableName;
        Uri = new Uri($"{service.Endpoint.AbsoluteUri.TrimEnd('/')}/{tableName}");
    }

    public virtual string AccountName => service.AccountName;

    public virtual string Name { get; }

    public virtual Uri Uri { get; }

    /// <summary>Quotes and escapes the values of an interpolated filter.</summary>
    public static string CreateQueryFilter(FormattableString filter) => FormattedFilter.ToOData(filter);

    /// <summary>Turns a condition into a filter: comparisons of properties with values, joined by &amp;&amp;, || and !.</summary>
    public static string CreateQueryFilter<T>(Expression<Func<T, bool>> filter) => ExpressionFilter.ToOData(filter);

    /// <exception cref="RequestFailedException">409 TableAlreadyExists, 409 TableBeingDeleted.</exception>
    public virtual Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) =>
        TableRequests.CreateAsync(service, Name, cancellationToken);

    /// <exception cref="RequestFailedException">409 TableBeingDeleted.</exception>
    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        TableRequests.CreateIfNotExistsAsync(service, Name, cancellationToken);

    /// <summary>Deletes the table; a missing one is the 404 response, not an exception.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        TableRequests.DeleteAsync(service, Name, cancellationToken);

    /// <exception cref="RequestFailedException">409 EntityAlreadyExists.</exception>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        AssertKeys(entity);
        using var message = EntityRequests.Add(service, Name, entity);
        return await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="RequestFailedException">404 ResourceNotFound, 412 UpdateConditionNotSatisfied.</exception>
    public virtual async Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        AssertKeys(entity);
        if (ifMatch == default)
            throw new ArgumentException("An update needs an ETag; ETag.All updates whatever is there.", nameof(ifMatch));
        using var message = EntityRequests.Write(service, Name, entity, mode, ifMatch);
        return await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public virtual async Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        AssertKeys(entity);
        using var message = EntityRequests.Write(service, Name, entity, mode, default);
        return await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an entity; a missing one is the 404 response, not an exception.</summary>
    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied.</exception>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        using var message = EntityRequests.Delete(service, Name, partitionKey, rowKey, ifMatch);
        return await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <exception cref="RequestFailedException">404 ResourceNotFound.</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = Reading(partitionKey, rowKey, select, Accept.Ok);
        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(EntityOf<T>(response), response);
    }

    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = Reading(partitionKey, rowKey, select, Accept.OkOrMissing);
        var response = await service.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return response.Status == 404 ? new NoValueResponse<T>(response) : Response.FromValue(EntityOf<T>(response), response);
    }

    /// <summary>Entities by partition key, then row key, read page by page as they are enumerated; <paramref name="maxPerPage"/> is at most 1,000.</summary>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var selected = select is null ? null : string.Join(',', select);
        return new PagedQuery<T>((token, size, cancel) => TableRequests.QueryAsync<T>(service, Name, filter, size ?? maxPerPage, selected, token, cancel), cancellationToken);
    }

    public virtual AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => QueryAsync<T>(CreateQueryFilter(filter), maxPerPage, select, cancellationToken);

    /// <summary>Does all actions or none: at most 100, of one partition, each entity once, 4 MiB together.</summary>
    /// <exception cref="TableTransactionFailedException">An action was refused; the status and code are those of that action.</exception>
    /// <exception cref="InvalidOperationException">There is no action.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        var actions = transactionActions.ToList();
        if (actions.Count == 0)
            throw new InvalidOperationException("A transaction needs at least one action.");
        foreach (var action in actions)
            AssertKeys(action.Entity);
        var (response, parts) = await Transaction.SubmitAsync(service, Name, actions, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(parts, response);
    }

    private static void AssertKeys(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey, nameof(entity.PartitionKey));
        ArgumentNullException.ThrowIfNull(entity.RowKey, nameof(entity.RowKey));
    }

    private static T EntityOf<T>(Response response)
        where T : class, ITableEntity
    {
        using var json = JsonDocument.Parse(response.Content.ToMemory());
        return EntityJson.ToEntity<T>(json.RootElement);
    }

    private HttpMessage Reading(string partitionKey, string rowKey, IEnumerable<string>? select, ResponseClassifier accepted)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        var message = service.NewMessage(RequestMethod.Get, EntityRequests.KeyPath(Name, partitionKey, rowKey), accepted);
        if (select is not null)
            message.Request.Uri.AppendQuery("$select", string.Join(',', select));
        return message;
    }
}
