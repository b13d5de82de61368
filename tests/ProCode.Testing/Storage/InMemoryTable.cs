namespace ProCode.Testing.Storage;

/// <summary>One table's rows in key order. Not safe for several threads: the service holds one lock.</summary>
internal sealed class InMemoryTable(string name)
{
    private readonly SortedDictionary<(string Partition, string Row), TableRow> rows = new(KeyOrder.Ordinal);

    public string Name => name;

    public TableRow Get(string partitionKey, string rowKey) =>
        rows.TryGetValue((partitionKey, rowKey), out var row) ? row : throw TableServiceException.NotFound();

    public void Add(TableRow row, Stack<Action> undo)
    {
        if (rows.ContainsKey(KeyOf(row)))
            throw new TableServiceException(409, "EntityAlreadyExists", "The specified entity already exists.");
        Put(row, undo);
    }

    /// <summary>Writes over a row; without a condition a missing one is added.</summary>
    public TableRow Write(TableRow row, bool merge, string? ifMatch, Stack<Action> undo)
    {
        var existing = ifMatch is null ? rows.GetValueOrDefault(KeyOf(row)) : Matching(row.PartitionKey, row.RowKey, ifMatch);
        var written = merge && existing is not null ? existing.Merged(row) : row;
        Put(written, undo);
        return written;
    }

    public void Delete(string partitionKey, string rowKey, string ifMatch, Stack<Action> undo)
    {
        var existing = Matching(partitionKey, rowKey, ifMatch);
        rows.Remove(KeyOf(existing));
        undo.Push(() => rows[KeyOf(existing)] = existing);
    }

    /// <summary>Rows from a key on, in order.</summary>
    public IEnumerable<TableRow> From(string partitionKey, string rowKey) =>
        rows.Values.SkipWhile(row => KeyOrder.Ordinal.Compare(KeyOf(row), (partitionKey, rowKey)) < 0);

    private static (string Partition, string Row) KeyOf(TableRow row) => (row.PartitionKey, row.RowKey);

    private TableRow Matching(string partitionKey, string rowKey, string ifMatch)
    {
        var existing = Get(partitionKey, rowKey);
        return ifMatch == "*" || ifMatch == existing.ETag
            ? existing
            : throw new TableServiceException(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");
    }

    private void Put(TableRow row, Stack<Action> undo)
    {
        var key = KeyOf(row);
        undo.Push(rows.TryGetValue(key, out var before) ? () => rows[key] = before : () => rows.Remove(key));
        rows[key] = row;
    }

    private sealed class KeyOrder : IComparer<(string Partition, string Row)>
    {
        public static readonly KeyOrder Ordinal = new();

        public int Compare((string Partition, string Row) x, (string Partition, string Row) y)
        {
            var partitions = string.CompareOrdinal(x.Partition, y.Partition);
            return partitions != 0 ? partitions : string.CompareOrdinal(x.Row, y.Row);
        }
    }
}
