using System.Data;
using Microsoft.Data.Sqlite;

namespace ProCode.Local.Durable.Storage;

/// <summary>One connection with its prepared statements; used by one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection, IStorageFate? fate = null) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>Runs the statement with the values for ?1, ?2, … and returns the number of changed rows.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        fate?.Before(sql);
        var changed = Prepare(sql, values).ExecuteNonQuery();
        fate?.After(sql);
        return changed;
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        fate?.Before(sql);
        var rows = new List<T>();
        using (var reader = Prepare(sql, values).ExecuteReader())
            while (reader.Read())
                rows.Add(read(reader));
        fate?.After(sql);
        return rows;
    }

    public T? QueryFirst<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        fate?.Before(sql);
        T? first;
        using (var reader = Prepare(sql, values).ExecuteReader())
            first = reader.Read() ? read(reader) : default;
        fate?.After(sql);
        return first;
    }

    public bool Exists(string sql, params ReadOnlySpan<object?> values) => QueryFirst(sql, _ => true, values);

    public long LastRowId() => QueryFirst("SELECT last_insert_rowid()", row => row.GetInt64(0));

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}

/// <summary>Reading columns that may be null.</summary>
internal static class RowReading
{
    public static string? TextOrNull(this IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTime Time(this IDataRecord row, int column) => new(row.GetInt64(column), DateTimeKind.Utc);
}
