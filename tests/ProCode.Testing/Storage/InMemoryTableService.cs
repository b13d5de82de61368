using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProCode.Testing.Storage;

/// <summary>The table service of one account, answering one request at a time.</summary>
internal sealed partial class InMemoryTableService(TimeProvider time, int? scanLimit)
{
    private const int MaxPage = 1000;
    private const int MaxActions = 100;
    private const int MaxTransaction = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, InMemoryTable> tables = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset lastWrite;

    public InMemoryResponse Answer(TableRequest request)
    {
        lock (gate)
        {
            var undo = new Stack<Action>();
            try
            {
                return request.Resource == "$batch" ? Transact(request, undo) : Do(request, undo);
            }
            catch (TableServiceException exception)
            {
                return Refusal(exception, exception.Message);
            }
        }
    }

    private static InMemoryResponse Refusal(TableServiceException exception, string message) =>
        new(exception.Status, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["odata.error"] = new { code = exception.Code, message = new { lang = "en-US", value = message } },
        }));

    private InMemoryResponse Do(TableRequest request, Stack<Action> undo) => request switch
    {
        { Method: "POST", Resource: "Tables" } => CreateTable(request),
        { Method: "GET", Resource: "Tables" } => ListTables(request),
        { Method: "DELETE" } when TableAddress().Match(request.Resource) is { Success: true } address => DeleteTable(address.Groups[1].Value),
        _ when request.TryGetKeys(out var table, out var partitionKey, out var rowKey) => Entity(request, Table(table), partitionKey, rowKey, undo),
        { Method: "POST" } => Add(request, Table(request.Resource), undo),
        { Method: "GET" } => Query(request, Table(request.Resource.Replace("()", "", StringComparison.Ordinal))),
        _ => throw new TableServiceException(405, "MethodNotAllowed", "The resource doesn't support the specified Http Verb."),
    };

    private InMemoryResponse Transact(TableRequest request, Stack<Action> undo)
    {
        if (request.Body.Length > MaxTransaction)
            throw new TableServiceException(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");

        var answers = new List<InMemoryResponse>();
        try
        {
            var actions = request.Parts().ToList();
            CheckTransaction(actions);
            foreach (var action in actions)
                answers.Add(Do(action, undo));
        }
        catch (TableServiceException exception)
        {
            foreach (var step in undo)
                step();
            answers = [Refusal(exception, $"{answers.Count}:{exception.Message}")];
        }

        return Multipart(answers);
    }

    private static void CheckTransaction(List<TableRequest> actions)
    {
        if (actions.Count > MaxActions)
            throw TableServiceException.InvalidInput("The batch request contains more than 100 operations.");
        var keys = actions.ConvertAll(KeyOf);
        if (keys.Select(key => (key.Table, key.Partition)).Distinct().Count() > 1)
            throw new TableServiceException(400, "CommandsInBatchActOnDifferentPartitions", "All commands in a batch must operate on same entity group.");
        if (keys.Distinct().Count() < keys.Count)
            throw new TableServiceException(400, "InvalidDuplicateRow", "The batch request contains multiple changes with same row key.");
    }

    private static (string Table, string Partition, string Row) KeyOf(TableRequest action)
    {
        if (action.TryGetKeys(out var table, out var partition, out var row))
            return (table, partition, row);
        using var json = JsonDocument.Parse(action.Body);
        return (action.Resource, json.RootElement.GetProperty("PartitionKey").GetString()!, json.RootElement.GetProperty("RowKey").GetString()!);
    }

    private static InMemoryResponse Multipart(IEnumerable<InMemoryResponse> answers)
    {
        var (batch, changes) = ($"batchresponse_{Guid.NewGuid()}", $"changesetresponse_{Guid.NewGuid()}");
        var body = new StringBuilder($"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n");
        foreach (var answer in answers)
        {
            body.Append(CultureInfo.InvariantCulture, $"--{changes}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            body.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {answer.ReasonPhrase}\r\n");
            foreach (var (name, value) in answer.AllHeaders)
                body.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            body.Append(CultureInfo.InvariantCulture, $"\r\n{answer.Body}\r\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"--{changes}--\r\n--{batch}--\r\n");
        return new(202, body.ToString(), $"multipart/mixed; boundary={batch}");
    }

    private InMemoryResponse CreateTable(TableRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        var name = json.RootElement.GetProperty("TableName").GetString()!;
        if (!TableName().IsMatch(name) || name.Equals("tables", StringComparison.OrdinalIgnoreCase))
            throw new TableServiceException(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        return tables.TryAdd(name, new InMemoryTable(name))
            ? new(204)
            : throw new TableServiceException(409, "TableAlreadyExists", "The table specified already exists.");
    }

    private InMemoryResponse DeleteTable(string name) => tables.Remove(name) ? new(204) : throw TableServiceException.NotFound();

    private InMemoryResponse ListTables(TableRequest request)
    {
        var matches = Filter(request);
        var names = tables.Values.Select(table => table.Name).Order(StringComparer.Ordinal)
            .Where(name => matches(new TableRow("", "", new Dictionary<string, object> { ["TableName"] = name }, default)))
            .SkipWhile(name => string.CompareOrdinal(name, request.Query.GetValueOrDefault("NextTableName", "")) < 0)
            .Take(PageSize(request) + 1)
            .ToList();
        var page = names.Take(PageSize(request)).Select(name => new { TableName = name });
        var response = new InMemoryResponse(200, JsonSerializer.Serialize(new { value = page }));
        if (names.Count > PageSize(request))
            response["x-ms-continuation-NextTableName"] = names[^1];
        return response;
    }

    private InMemoryResponse Entity(TableRequest request, InMemoryTable table, string partitionKey, string rowKey, Stack<Action> undo)
    {
        switch (request.Method)
        {
            case "GET":
                return One(table.Get(partitionKey, rowKey), request);
            case "DELETE":
                var ifMatch = request.Header("If-Match") ?? throw new TableServiceException(400, "MissingRequiredHeader", "If-Match is missing.");
                table.Delete(partitionKey, rowKey, ifMatch, undo);
                return new(204);
            case "PUT" or "PATCH" or "MERGE":
                using (var json = Json(request))
                {
                    var row = TableRow.Read(json.RootElement, partitionKey, rowKey, NextWrite());
                    return Written(table.Write(row, merge: request.Method != "PUT", request.Header("If-Match"), undo));
                }

            default:
                throw new TableServiceException(405, "MethodNotAllowed", "The resource doesn't support the specified Http Verb.");
        }
    }

    private InMemoryResponse Add(TableRequest request, InMemoryTable table, Stack<Action> undo)
    {
        using var json = Json(request);
        var row = TableRow.Read(json.RootElement, null, null, NextWrite());
        table.Add(row, undo);
        return Written(row);
    }

    private InMemoryResponse Query(TableRequest request, InMemoryTable table)
    {
        var (matches, select, size) = (Filter(request), Select(request), PageSize(request));
        var found = new List<TableRow>();
        TableRow? next = null;
        var scanned = 0;
        foreach (var row in Candidates(request, table))
        {
            if (found.Count == size || scanned++ == scanLimit)
            {
                next = row;
                break;
            }

            if (matches(row))
                found.Add(row);
        }

        var response = new InMemoryResponse(200, ToJson(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var row in found)
                row.Write(json, select);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        if (next is not null)
        {
            response["x-ms-continuation-NextPartitionKey"] = Token(next.PartitionKey);
            response["x-ms-continuation-NextRowKey"] = Token(next.RowKey);
        }

        return response;
    }

    // Where a filter names one partition, and keys in it, only these are looked at, as the service does; with a scan limit, the pages come as short as those of a service
    // that looks at all of them.
    private IEnumerable<TableRow> Candidates(TableRequest request, InMemoryTable table)
    {
        var (partition, row) = (Position(request, "NextPartitionKey"), Position(request, "NextRowKey"));
        if (scanLimit is not null || !request.Query.TryGetValue("$filter", out var filter) || filter.Contains(" or ", StringComparison.Ordinal)
            || OnePartition().Match(filter) is not { Success: true } only)
            return table.From(partition, row);
        var name = Unquoted(only);
        var (from, to) = (Unquoted(FirstRow().Match(filter)), Unquoted(EndRow().Match(filter)));
        var rows = table.InPartition(name, partition == name && string.CompareOrdinal(row, from) > 0 ? row : from);
        return to.Length == 0 ? rows : rows.TakeWhile(candidate => string.CompareOrdinal(candidate.RowKey, to) < 0);
    }

    private static string Unquoted(Match match) => match.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal);

    private static InMemoryResponse One(TableRow row, TableRequest request) => new(200, ToJson(json => row.Write(json, Select(request)))) { ["ETag"] = row.ETag };

    private static InMemoryResponse Written(TableRow row) => new(204) { ["ETag"] = row.ETag };

    private static string ToJson(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonDocument Json(TableRequest request)
    {
        try
        {
            return JsonDocument.Parse(request.Body);
        }
        catch (JsonException)
        {
            throw TableServiceException.InvalidInput("The body is not JSON.");
        }
    }

    private static Func<TableRow, bool> Filter(TableRequest request) =>
        request.Query.TryGetValue("$filter", out var filter) ? TableFilter.Parse(filter) : _ => true;

    private static string[]? Select(TableRequest request) => request.Query.TryGetValue("$select", out var names) ? names.Split(',') : null;

    private static int PageSize(TableRequest request) =>
        !request.Query.TryGetValue("$top", out var top) ? MaxPage
        : int.TryParse(top, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= MaxPage ? size
        : throw TableServiceException.InvalidInput($"$top must be 1 to {MaxPage}.");

    // Opaque to clients and without a blank, as the service's.
    private static string Token(string key) => $"1!{Convert.ToHexString(Encoding.UTF8.GetBytes(key))}";

    private static string Position(TableRequest request, string name) =>
        request.Query.TryGetValue(name, out var token) ? Encoding.UTF8.GetString(Convert.FromHexString(token.AsSpan(2))) : "";

    private InMemoryTable Table(string name) => tables.GetValueOrDefault(name) ?? throw TableServiceException.TableNotFound();

    // Two writes never have the same timestamp, however the test's clock stands: it is what ETags are made of.
    private DateTimeOffset NextWrite()
    {
        var now = time.GetUtcNow();
        lastWrite = now > lastWrite ? now : lastWrite.AddTicks(1);
        return lastWrite;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    private static partial Regex TableName();

    [GeneratedRegex("^PartitionKey eq '((?:[^']|'')*)'(?: and |$)")]
    private static partial Regex OnePartition();

    [GeneratedRegex(" and RowKey ge '((?:[^']|'')*)'(?: and |$)")]
    private static partial Regex FirstRow();

    [GeneratedRegex(" and RowKey lt '((?:[^']|'')*)'(?: and |$)")]
    private static partial Regex EndRow();

    [GeneratedRegex(@"^Tables\('(\w+)'\)$")]
    private static partial Regex TableAddress();
}
