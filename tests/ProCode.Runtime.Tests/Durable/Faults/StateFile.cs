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
