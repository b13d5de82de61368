using Microsoft.Data.Sqlite;

namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>Looks into an engine's file from outside.</summary>
internal sealed class StateFile : IDisposable
{
    private readonly SqliteConnection _connection;

    public StateFile(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        _connection = new($"Data Source={path};Pooling=False");
        _connection.Open();
    }

    public bool HasTables => Query("SELECT name FROM sqlite_master WHERE name = 'activities'") is not [];

    /// <summary>The text of a column that may have its hash instead, as SQL.</summary>
    public static string TextOf(string column) => $"CASE typeof({column}) WHEN 'blob' THEN (SELECT text FROM payloads WHERE hash = {column}) ELSE {column} END";

    /// <summary>How many texts are kept for nobody, or named and not kept.</summary>
    public int LostPayloads()
    {
        const string Named =
            """
            SELECT payload AS hash FROM history UNION SELECT payload FROM inbox UNION SELECT input FROM activities
            UNION SELECT input FROM instances UNION SELECT output FROM instances
            """;
        return Query($"SELECT hex(hash) FROM ({Named}) WHERE typeof(hash) = 'blob' AND hash NOT IN (SELECT hash FROM payloads)").Count
            + Query($"SELECT hex(hash) FROM payloads WHERE hash NOT IN (SELECT hash FROM ({Named}) WHERE typeof(hash) = 'blob')").Count;
    }

    public List<string> Query(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetValue(0).ToString()!);
        return rows;
    }

    public void Dispose() => _connection.Dispose();
}
