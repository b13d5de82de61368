using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ProCode.Local.Durable.Storage;

/// <summary>The state file can't be used; it was left as it is.</summary>
public sealed class DurableFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The engine's SQLite file, open for this process alone. Write-ahead log with synchronous=NORMAL: a commit has reached the
/// operating system when it returns, so it survives kill -9 of this process at any moment; after a power failure the last
/// commits may be missing, but what is there is consistent. With synchronous=FULL a commit has reached the disk, and survives that, too.
/// </summary>
internal sealed class DurableFile : IDisposable
{
    private const int ApplicationId = 0x50436445;
    private const int Format = 2;

    // What is written soon again is kept in memory (up to 16 MB), and goes from the log to its place less often (up to 16 MB, too).
    private const string WriterSettings = "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=4000";
    private const string QueryOnly = "PRAGMA query_only=1";

    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly IStorageFate? _fate;
    private readonly string _synchronous;

    private DurableFile(string path, FileStream held, bool survivesPowerLoss, IStorageFate? fate)
    {
        _path = path;
        _lock = held;
        _fate = fate;
        _synchronous = survivesPowerLoss ? "FULL" : "NORMAL";
        Writer = Connect(path, SqliteOpenMode.ReadWriteCreate, WriterSettings, fate);
    }

    /// <summary>The connection of the single writer.</summary>
    public SqliteSession Writer { get; }

    public Places Places { get; private set; } = new(0);

    public static DurableFile Open(string path, bool survivesPowerLoss = false, IStorageFate? fate = null)
    {
        SQLitePCL.Batteries_V2.Init();
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var held = Lock(path);
        DurableFile? file = null;
        try
        {
            file = new(path, held, survivesPowerLoss, fate);
            file.CheckOrCreate();
            file.Places = file.CountOpening();
            return file;
        }
        catch (Exception exception)
        {
            if (file is not null)
                file.Dispose();
            else
                held.Dispose();
            if (exception is SqliteException sqlite)
                throw new DurableFileException($"The durable state file '{path}' can't be read: {sqlite.Message}", sqlite);
            throw;
        }
    }

    /// <summary>Reads a file that another process may have open, and changes nothing in it.</summary>
    public static T ReadBeside<T>(string path, Func<SqliteSession, T> read)
    {
        SQLitePCL.Batteries_V2.Init();
        try
        {
            using var session = Connect(path, SqliteOpenMode.ReadWrite, QueryOnly);
            if (session.QueryFirst("PRAGMA application_id", row => row.Number(0)) != ApplicationId)
                throw new DurableFileException($"'{path}' is not a durable state file of ProCode.");
            if (session.QueryFirst("PRAGMA user_version", row => row.Number(0)) is var format && format != Format)
                throw format > Format ? Newer(path, format) : new DurableFileException(
                    $"The durable state file '{path}' has format {format}; the app brings it to format {Format} when it starts the next time.");
            session.Execute("BEGIN");
            return read(session);
        }
        catch (SqliteException exception)
        {
            throw new DurableFileException($"The durable state file '{path}' can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads at one point in time.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        if (!_readers.TryTake(out var session))
            session = Connect(_path, SqliteOpenMode.ReadWrite, QueryOnly, _fate);
        try
        {
            session.Execute("BEGIN");
            var result = read(session);
            session.Execute("COMMIT");
            _readers.Add(session);
            return result;
        }
        catch
        {
            // Nobody knows in which state it is.
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_readers.TryTake(out var session))
            session.Dispose();
        Writer.Dispose();
        _lock.Dispose();
    }

    // Held by the operating system for this process, so it is gone with the process however that ends.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new DurableFileException($"The durable state file '{path}' is in use by another process.", exception);
        }
    }

    // Not pooled: a pooled connection would keep the file open after Dispose.
    private static SqliteSession Connect(string path, SqliteOpenMode mode, string pragmas, IStorageFate? fate = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return new(connection, fate);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CheckOrCreate()
    {
        Writer.Execute($"PRAGMA synchronous={_synchronous}");
        var application = Pragma("application_id");
        if (application == 0 && !Writer.Exists("SELECT 1 FROM sqlite_master"))
        {
            UseWriteAheadLog();
            Create();
            return;
        }

        if (application != ApplicationId)
            throw new DurableFileException($"'{_path}' is an SQLite file, but not a durable state file of ProCode.");
        if (Pragma("user_version") is var format && format > Format)
            throw Newer(_path, format);
        if (Writer.QueryFirst("PRAGMA quick_check(1)", row => row.Text(0)) is var verdict && verdict != "ok")
            throw new DurableFileException($"The durable state file '{_path}' is damaged: {verdict}");
        UseWriteAheadLog();
        if (format < Format)
            InTransaction(() => FormatOne.Upgrade(Writer));
    }

    // Of its own, before anything can arrive: whatever becomes of this process, the next one's places are higher.
    private Places CountOpening()
    {
        Writer.Execute("UPDATE openings SET count = count + 1");
        return new(Writer.QueryFirst("SELECT count FROM openings", row => row.Number(0)));
    }

    // After the checks: it changes the file, and a file that is refused must stay as it is.
    private void UseWriteAheadLog() => Writer.Execute("PRAGMA journal_mode=WAL");

    private static DurableFileException Newer(string path, long format) => new(
        $"The durable state file '{path}' has format {format}, written by a newer version; this one knows formats up to {Format}.");

    private long Pragma(string name) => Writer.QueryFirst($"PRAGMA {name}", row => row.Number(0));

    private void Create() => InTransaction(() =>
    {
        foreach (var statement in Schema.All)
            Writer.Execute(statement);
        Writer.Execute($"PRAGMA application_id={ApplicationId}");
    });

    private void InTransaction(Action makeFormat)
    {
        Writer.Execute("BEGIN IMMEDIATE");
        makeFormat();
        Writer.Execute($"PRAGMA user_version={Format}");
        Writer.Execute("COMMIT");
    }
}
