using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProCode.Local.Durable.Storage;

/// <summary>
/// One connection with its prepared statements; used by one thread at a time. It goes to SQLite itself for them: an engine's step is a handful of small statements, of
/// which ADO.NET's commands and readers would take the greater part.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How long a statement waits for others, if nobody says another time.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, sqlite3_stmt> _prepared = [];
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;
    private readonly IStorageFate? _fate;

    /// <param name="connection">Open; disposed of with this.</param>
    /// <param name="fate">Hears of every statement.</param>
    public SqliteSession(SqliteConnection connection, IStorageFate? fate = null)
    {
        _connection = connection;
        _handle = connection.Handle ?? throw new ArgumentException("The connection is not open.", nameof(connection));
        _fate = fate;
        BusyWait(LongestWait);
    }

    public void BusyWait(TimeSpan longest) => Check(raw.sqlite3_busy_timeout(_handle, (int)longest.TotalMilliseconds));

    /// <summary>Runs the statement with the values for ?1, ?2, … and returns the number of changed rows.</summary>
    public int Execute(string sql, params ReadOnlySpan<SqliteValue> values)
    {
        _fate?.Before(sql);
        using (var rows = Run(sql, values))
            while (rows.Read())
            {
            }

        var changed = raw.sqlite3_changes(_handle);
        _fate?.After(sql);
        return changed;
    }

    public List<T> Query<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        _fate?.Before(sql);
        var all = new List<T>();
        using (var rows = Run(sql, values))
            while (rows.Read())
                all.Add(read(rows.Current));
        _fate?.After(sql);
        return all;
    }

    public T? QueryFirst<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        _fate?.Before(sql);
        T? first;
        using (var rows = Run(sql, values))
            first = rows.Read() ? read(rows.Current) : default;
        _fate?.After(sql);
        return first;
    }

    public bool Exists(string sql, params ReadOnlySpan<SqliteValue> values) => QueryFirst(sql, _ => true, values);

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    private Rows Run(string sql, ReadOnlySpan<SqliteValue> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(_handle, sql, out statement));
            _prepared.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
            Check(values[i].Bind(statement, i + 1));
        return new(this, statement);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _handle);

    // The rows of one run of a statement, which is ready for the next run afterwards.
    private readonly ref struct Rows(SqliteSession session, sqlite3_stmt statement)
    {
        public SqliteRow Current => new(statement);

        public bool Read()
        {
            var result = raw.sqlite3_step(statement);
            if (result is raw.SQLITE_ROW)
                return true;
            if (result is not raw.SQLITE_DONE)
                session.Check(result);
            return false;
        }

        public void Dispose()
        {
            // It tells the same error again that Read has thrown.
            _ = raw.sqlite3_reset(statement);
            // A long text need not stay until the next one.
            _ = raw.sqlite3_clear_bindings(statement);
        }
    }
}

/// <summary>A value for a statement: a text, a whole number, bytes or nothing. Texts and bytes are copied when they are bound.</summary>
internal readonly struct SqliteValue
{
    // Stands for a value that is in _number, so that numbers need no box.
    private static readonly object Number = new();

    private readonly object? _value;
    private readonly long _number;

    private SqliteValue(object? value, long number = 0) => (_value, _number) = (value, number);

    public static implicit operator SqliteValue(string? text) => new(text);

    public static implicit operator SqliteValue(byte[]? bytes) => new(bytes);

    public static implicit operator SqliteValue(long number) => new(Number, number);

    public static implicit operator SqliteValue(long? number) => number is { } value ? value : default(SqliteValue);

    public int Bind(sqlite3_stmt statement, int place) => _value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        string text => BindText(statement, place, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
        _ => raw.sqlite3_bind_int64(statement, place, _number),
    };

    private static int BindText(sqlite3_stmt statement, int place, string text)
    {
        const int OnStack = 1024;
        // No bytes at all would be taken for nothing.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(statement, place, text);
        if (text.Length > OnStack / 3)
            return raw.sqlite3_bind_text(statement, place, Encoding.UTF8.GetBytes(text));
        Span<byte> bytes = stackalloc byte[OnStack];
        return raw.sqlite3_bind_text(statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}

/// <summary>The row at which a statement stands.</summary>
internal readonly struct SqliteRow(sqlite3_stmt statement)
{
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public bool Flag(int column) => Number(column) != 0;

    public DateTime Time(int column) => new(Number(column), DateTimeKind.Utc);
}
