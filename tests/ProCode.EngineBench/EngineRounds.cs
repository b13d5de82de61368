using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace ProCode.EngineBench;

/// <summary>Measures everything of the engine but memory, round by round, after some that don't count, until the code is compiled for good.</summary>
internal sealed class EngineRounds(string folder)
{
    private const int WarmUpRounds = 3;
    private const int Orchestrations = 1000;
    private const int Width = 1000;
    private const int Singles = 300;

    // An activity in a sequence is three events: scheduled, the step that its result begins, and the result.
    private const int SequenceLength = 3333;
    private const int ReplayedEvents = 10_000;
    private const int Commits = 2000;

    public async Task RunAsync(int rounds)
    {
        var history = await PrepareHistoryAsync();
        for (var round = 0; round < WarmUpRounds + rounds; round++)
        {
            // A file of its own each: what earlier rounds left must not be measured.
            await using (var engine = await EngineUnderTest.StartAsync(Path.Combine(folder, $"round-{round}.db")))
            {
                Say("hello5_per_second", Orchestrations / await ManyAsync(engine));
                Say("fanout1000_ms", await FanOutAsync(engine) * 1000);
                var raised = await RaisesAsync(engine);
                Say("raise_to_complete_ms_p50", Sample.Percentile(raised, 50));
                Say("raise_to_complete_ms_p95", Sample.Percentile(raised, 95));
                Say("start_to_complete_ms_p50", Sample.Percentile(await StartsAsync(engine), 50));
            }

            Say("replay10k_ms", await ReplayAsync(history, Path.Combine(folder, $"replay-{round}.db")) * 1000);
            Say("sqlite_commits_per_second", Commits / CommitAlone(Path.Combine(folder, $"sqlite-{round}.db")));

            void Say(string name, double value)
            {
                if (round >= WarmUpRounds) Sample.Say(name, value);
            }
        }
    }

    private static async Task<double> ManyAsync(EngineUnderTest engine)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Orchestrations).Select(async _ => await engine.CompleteAsync(await engine.StartInstanceAsync(Work.Hello5))));
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> FanOutAsync(EngineUnderTest engine)
    {
        var watch = Stopwatch.StartNew();
        await engine.CompleteAsync(await engine.StartInstanceAsync(Work.FanOut, Width));
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<List<double>> RaisesAsync(EngineUnderTest engine)
    {
        var times = new List<double>();
        for (var n = 0; n < Singles; n++)
        {
            var id = await engine.StartInstanceAsync(Work.WaitForGo);
            await engine.Client.WaitForInstanceStartAsync(id);
            var watch = Stopwatch.StartNew();
            await engine.Client.RaiseEventAsync(id, Work.Go, "now");
            await engine.CompleteAsync(id);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    private static async Task<List<double>> StartsAsync(EngineUnderTest engine)
    {
        var times = new List<double>();
        for (var n = 0; n < Singles; n++)
        {
            var watch = Stopwatch.StartNew();
            await engine.CompleteAsync(await engine.StartInstanceAsync(Work.Echo, "hello"));
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    // Made once: each round replays a copy.
    private async Task<string> PrepareHistoryAsync()
    {
        var file = Path.Combine(folder, "history.db");
        await using (var engine = await EngineUnderTest.StartAsync(file))
        {
            await engine.StartInstanceAsync(Work.Sequence, SequenceLength, Work.Sequence);
            while (engine.Engine.ReadHistory(Work.Sequence).Count < ReplayedEvents) await Task.Delay(50);
        }

        return file;
    }

    // Nothing of the instance is in memory: the file is read and all of it replayed before the event can be told.
    private static async Task<double> ReplayAsync(string history, string copy)
    {
        File.Copy(history, copy);
        await using var engine = await EngineUnderTest.StartAsync(copy);
        var watch = Stopwatch.StartNew();
        await engine.Client.RaiseEventAsync(Work.Sequence, Work.Go, "now");
        await engine.CompleteAsync(Work.Sequence);
        return watch.Elapsed.TotalSeconds;
    }

    // What this disk gives to anybody who commits one row at a time and means it.
    private static double CommitAlone(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows (text) VALUES ('a row of about the length of an event')";
        insert.Prepare();
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < Commits; n++) insert.ExecuteNonQuery();
        return watch.Elapsed.TotalSeconds;

        void Execute(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
