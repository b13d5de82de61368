using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using ProCode.Local.Durable.History;
using ProCode.Local.Durable.Recording;
using ProCode.Local.Durable.Storage;
using ProCode.Runtime.Tests.Durable.Faults;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>A file that an earlier version has written is brought to today's format, and what was under way in it goes on.</summary>
public sealed class FormatOneTests
{
    private const string Before =
        """
        CREATE TABLE instances (id TEXT PRIMARY KEY, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
            suspended INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, updated INTEGER NOT NULL, completed INTEGER, start_at INTEGER, input TEXT, output TEXT,
            custom_status TEXT, failure TEXT, tags TEXT, parent_id TEXT, parent_execution TEXT, parent_task INTEGER, parent_name TEXT);
        CREATE INDEX instances_by_parent ON instances (parent_id, parent_execution) WHERE parent_id IS NOT NULL;
        CREATE INDEX instances_by_completion ON instances (completed) WHERE completed IS NOT NULL;
        CREATE INDEX instances_unfinished ON instances (id) WHERE completed IS NULL;
        CREATE TABLE history (instance TEXT, position INTEGER, event TEXT NOT NULL, PRIMARY KEY (instance, position)) WITHOUT ROWID;
        CREATE TABLE inbox (place INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, event TEXT NOT NULL);
        CREATE INDEX inbox_by_instance ON inbox (instance, place);
        CREATE TABLE activities (place INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution TEXT NOT NULL, task INTEGER NOT NULL, name TEXT NOT NULL,
            version TEXT NOT NULL, input TEXT);
        CREATE TABLE timers (instance TEXT, execution TEXT NOT NULL, task INTEGER, fire_at INTEGER NOT NULL, PRIMARY KEY (instance, task)) WITHOUT ROWID;
        CREATE INDEX timers_by_time ON timers (fire_at);
        INSERT INTO instances (id, execution, name, version, status, created, updated, input) VALUES
            ('talk', 'e1', 'talk', '', 'Running', 639000000000000000, 639000000000000000, '"start"'),
            ('hear', 'e2', 'hear', '', 'Running', 639000000000000000, 639000000000000000, NULL),
            ('long', 'e3', 'hear', '', 'Running', 639000000000000000, 639000000000000000, '"' || printf('%.100000c', 'x') || '"');
        INSERT INTO history VALUES
            ('talk', 0, '{"$":"stepStarted","At":"2026-01-02T03:04:05Z"}'),
            ('talk', 1, '{"$":"activityScheduled","Input":"\"start\"","Name":"say"}'),
            ('talk', 2, '{"$":"stepStarted","At":"2026-01-02T03:04:06Z"}'),
            ('talk', 3, '{"$":"activityCompleted","Result":"\"the \\\"first\\\"\""}'),
            ('talk', 4, '{"$":"activityScheduled","Input":"\"the \\\"first\\\"\"","Id":1,"Name":"say"}'),
            ('hear', 0, '{"$":"stepStarted","At":"2026-01-02T03:04:05Z"}'),
            ('long', 0, '{"$":"stepStarted","At":"2026-01-02T03:04:05Z"}');
        INSERT INTO inbox VALUES (41, 'hear', '{"$":"eventReceived","Name":"go","Payload":"\"heard\""}'),
            (42, 'long', '{"$":"eventReceived","Name":"go","Payload":"\"' || printf('%.100000c', 'x') || '\""}');
        INSERT INTO activities VALUES (17, 'talk', 'e1', 1, 'say', '', '"the \"first\""');
        PRAGMA application_id=1346593861;
        PRAGMA user_version=1;
        """;

    [Fact]
    public async Task Open_FileOfFormat1_GoesOnWithWhatWasUnderWay()
    {
        var said = new List<string>();
        await using var host = new EngineHost();
        Write(host.DatabasePath);

        await host.OpenAsync(tasks => Register(tasks, said));

        Assert.Equal("the \"first\" and again", (await host.EndOfAsync("talk")).ReadOutputAs<string>());
        Assert.Equal(["the \"first\""], said);
        Assert.Equal("heard", (await host.EndOfAsync("hear")).ReadOutputAs<string>());
        Assert.Equal(new string('x', 100_000), (await host.EndOfAsync("long")).ReadOutputAs<string>());
        using (var file = new StateFile(host.DatabasePath))
        {
            Assert.Equal(0, file.LostPayloads());
            Assert.Single(file.Query("SELECT hash FROM payloads"));
        }

        Assert.Equal("\"the \"first\"\"".Replace("\"first\"", "\\\"first\\\"", StringComparison.Ordinal), host.History("talk").OfType<ActivityCompleted>().First().Result);
        await host.CloseAsync();
        await host.OpenAsync(tasks => Register(tasks, said));
        Assert.Equal(2, host.History("talk").OfType<ActivityCompleted>().Count());
    }

    [Fact]
    public async Task Open_UpgradeFails_LeavesTheFileForTheNextTime()
    {
        var said = new List<string>();
        await using var host = new EngineHost { Fate = new FailsOnce("DROP TABLE inbox_1") };
        Write(host.DatabasePath);

        await Assert.ThrowsAnyAsync<Exception>(() => host.OpenAsync(tasks => Register(tasks, said)));
        using (var file = new StateFile(host.DatabasePath))
            Assert.Equal("1", Assert.Single(file.Query("PRAGMA user_version")));
        await host.OpenAsync(tasks => Register(tasks, said));

        Assert.Equal("heard", (await host.EndOfAsync("hear")).ReadOutputAs<string>());
        Assert.Equal("the \"first\" and again", (await host.EndOfAsync("talk")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task HistoryExport_FileOfFormat1_SaysWhatToDo()
    {
        await using var host = new EngineHost();
        Write(host.DatabasePath);

        var refused = Assert.Throws<DurableFileException>(() => HistoryExport.Read(host.DatabasePath, "talk"));

        Assert.Contains("format 1; the app brings it to format 2", refused.Message, StringComparison.Ordinal);
    }

    private static void Register(DurableTaskRegistry tasks, List<string> said) => tasks
        .AddActivityFunc<string, string>("say", (_, text) =>
        {
            said.Add(text);
            return $"{text} and again";
        })
        .AddOrchestratorFunc<string, string>("talk", async (context, text) =>
            await context.CallActivityAsync<string>("say", await context.CallActivityAsync<string>("say", text)))
        .AddOrchestratorFunc("hear", context => context.WaitForExternalEvent<string>("go"));

    private static void Write(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Before;
        command.ExecuteNonQuery();
    }

    private sealed class FailsOnce(string statement) : IStorageFate
    {
        private bool _hasFailed;

        public void Before(string sent)
        {
            if (_hasFailed || sent != statement)
                return;
            _hasFailed = true;
            throw new SqliteException("disk I/O error (injected)", 10);
        }

        public void After(string sent)
        {
        }
    }
}
