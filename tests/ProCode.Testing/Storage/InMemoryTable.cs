namespace ProCode.Testing.Storage;

/// <summary>One table's rows in key order. Not safe for several threads: the service holds one lock.</summary>
internal sealed class InMemoryTable(string name)
{
    private static readonly Comparer<TableRow> byRowKey = Comparer<TableRow>.Create((left, right) => string.CompareOrdinal(left.RowKey, right.RowKey));

    // Above every key that there can be: no character sorts behind it.
    private static readonly TableRow last = KeyOnly("", "\uffff");

    private readonly SortedDictionary<string, SortedSet<TableRow>> partitions = new(StringComparer.Ordinal);

    public string Name => name;

    public TableRow Get(string partitionKey, string rowKey) =>
        Find(partitionKey, rowKey) ?? throw TableServiceException.NotFound();

    public void Add(TableRow row, Stack<Action> undo)
    {
        if (Find(row.PartitionKey, row.RowKey) is not null)
            throw new TableServiceException(409, "EntityAlreadyExists", "The specified entity already exists.");
        Put(row, undo);
    }

    /// <summary>Writes over a row; without a condition a missing one is added.</summary>
    public TableRow Write(TableRow row, bool merge, string? ifMatch, Stack<Action> undo)
    {
        var existing = ifMatch is null ? Find(row.PartitionKey, row.RowKey) : Matching(row.PartitionKey, row.RowKey, ifMatch);
        var written = merge && existing is not null ? existing.Merged(row) : row;
        Put(written, undo);
        return written;
    }

    public void Delete(string partitionKey, string rowKey, string ifMatch, Stack<Action> undo)
    {
        var existing = Matching(partitionKey, rowKey, ifMatch);
        Remove(existing);
        undo.Push(() => Set(existing));
    }

    /// <summary>Rows from a key on, in order.</summary>
    public IEnumerable<TableRow> From(string partitionKey, string rowKey) => partitions
        .SkipWhile(partition => string.CompareOrdinal(partition.Key, partitionKey) < 0)
        .SelectMany(partition => partition.Key == partitionKey ? InPartition(partitionKey, rowKey) : partition.Value);

    /// <summary>Rows of one partition from a key on, in order.</summary>
    public IEnumerable<TableRow> InPartition(string partitionKey, string rowKey) =>
        !partitions.TryGetValue(partitionKey, out var rows) ? []
        : rowKey.Length == 0 ? rows
        : rows.GetViewBetween(KeyOnly(partitionKey, rowKey), last);

    private TableRow? Find(string partitionKey, string rowKey) =>
        partitions.TryGetValue(partitionKey, out var rows) && rows.TryGetValue(KeyOnly(partitionKey, rowKey), out var row) ? row : null;

    private static TableRow KeyOnly(string partitionKey, string rowKey) => new(partitionKey, rowKey, new Dictionary<string, object>(), default);

    private TableRow Matching(string partitionKey, string rowKey, string ifMatch)
    {
        var existing = Get(partitionKey, rowKey);
        return ifMatch == "*" || ifMatch == existing.ETag
            ? existing
            : throw new TableServiceException(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");
    }

    private void Put(TableRow row, Stack<Action> undo)
    {
        undo.Push(Find(row.PartitionKey, row.RowKey) is { } before ? () => Set(before) : () => Remove(row));
        Set(row);
    }

    private void Set(TableRow row)
    {
        if (!partitions.TryGetValue(row.PartitionKey, out var rows))
            partitions[row.PartitionKey] = rows = new SortedSet<TableRow>(byRowKey);
        rows.Remove(row);
        rows.Add(row);
    }

    private void Remove(TableRow row)
    {
        var rows = partitions[row.PartitionKey];
        rows.Remove(row);
        if (rows.Count == 0)
            partitions.Remove(row.PartitionKey);
    }
}
