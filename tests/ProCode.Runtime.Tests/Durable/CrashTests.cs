using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using ProCode.Runtime.CrashWorker;

namespace ProCode.Runtime.Tests.Durable;

/// <summary>A process that runs orchestrations is killed with SIGKILL again and again; nothing may be lost or done twice.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-crash-");
    private readonly Dictionary<string, int> _recorded = [];

    private string Database => Path.Combine(_folder.FullName, "durable.db");

    private long EffectsLength => File.Exists(EffectsFile) ? File.ReadLines(EffectsFile).LongCount() : 0;

    private string EffectsFile => Path.Combine(_folder.FullName, "effects.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Engine_KilledAtRandomMoments_FinishesEverythingOnce()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var round = 0;
        for (var kills = 0; kills < Kills;)
        {
            // Most of them while it works: a moment after so many effects. Some while it starts.
            var effects = random.Next(10) == 0 ? 0 : random.Next(1, 30);
            if (await RunAndKillAsync(round, effects, TimeSpan.FromMilliseconds(effects == 0 ? random.Next(150) : random.Next(12))))
                kills++;
            else
                round++;
            NoteRecorded();
        }

        Assert.False(await RunAndKillAsync(round, int.MaxValue, TimeSpan.Zero), $"Round {round} did not end (seed {seed}).");
        NoteRecorded();
        TestContext.Current.TestOutputHelper?.WriteLine($"{round + 1} rounds, {_recorded.Count} results, {CountEffects().Values.Sum()} effects");
        AssertAllEnded(Workload.Kinds, round);
    }

    [Theory]
    [InlineData("after-effect:work:1", true)]
    [InlineData("after-effect:*:5", true)]
    [InlineData("after-record:work:1", false)]
    [InlineData("after-record:*:12", false)]
    public async Task Engine_KilledAtNamedPoint_RepeatsOnlyWhatWasNotRecorded(string crashAt, bool repeats)
    {
        using (var first = Start(0, "sequence", crashAt))
        {
            await ExitAsync(first);
            Assert.Equal(128 + 9, first.ExitCode);
        }

        NoteRecorded();
        using (var second = Start(0, "sequence"))
        {
            await ExitAsync(second);
            Assert.Equal(0, second.ExitCode);
        }

        NoteRecorded();
        AssertAllEnded(["sequence"], 0);
        Assert.Equal(Workload.Steps + (repeats ? 1 : 0), File.ReadLines(EffectsFile).Count());
    }

    // True when it was killed, false when it had ended by itself.
    private async Task<bool> RunAndKillAsync(int round, int effects, TimeSpan jitter)
    {
        var target = effects == int.MaxValue ? long.MaxValue : EffectsLength + effects;
        using var worker = Start(round, "all");
        try
        {
            var waited = Stopwatch.StartNew();
            while (EffectsLength < target && !worker.HasExited && waited.Elapsed < Patience)
                await Task.Delay(1);
            await worker.WaitForExitAsync().WaitAsync(jitter);
            Assert.Equal(0, worker.ExitCode);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    private static async Task ExitAsync(Process worker)
    {
        try
        {
            await worker.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            worker.Kill();
        }
    }

    private Process Start(int round, string kinds, string? crashAt = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string?[])
            [typeof(Workload).Assembly.Location, Database, EffectsFile, round.ToString(CultureInfo.InvariantCulture), kinds, crashAt])
            if (argument is not null)
                start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>What is recorded now must not run again: its number of effects is final.</summary>
    private void NoteRecorded()
    {
        if (!File.Exists(Database))
            return;
        var effects = CountEffects();
        foreach (var (key, runs) in _recorded)
            Assert.Equal(runs, effects[key]);

        using var connection = Open();
        if (Query(connection, "SELECT name FROM sqlite_master WHERE name = 'history'") is [])
            return;
        foreach (var result in Query(
            connection,
            """
            SELECT payload FROM (SELECT event, payload FROM history UNION ALL SELECT event, payload FROM inbox)
            WHERE json_extract(event, '$."$"') = 'activityCompleted'
            """))
        {
            var key = result.Trim('"');
            _recorded[key] = effects[key];
        }

        // Continuing as new has removed the history; the generation that runs tells what was recorded before it.
        foreach (var row in Query(
            connection,
            "SELECT json_extract(input, '$.Round') || ' ' || json_extract(input, '$.Generation') FROM instances WHERE name = 'loop'"))
        {
            var parts = row.Split(' ');
            foreach (var key in Enumerable.Range(0, int.Parse(parts[1], CultureInfo.InvariantCulture)).Select(i => $"loop-{parts[0]}:{i}"))
                _recorded[key] = effects[key];
        }
    }

    private void AssertAllEnded(string[] kinds, int lastRound)
    {
        using var connection = Open();
        for (var round = 0; round <= lastRound; round++)
            foreach (var kind in kinds)
                Assert.Equal(
                    [$"Completed \"{Workload.Expected(kind, $"{round}")}\""],
                    Query(connection, $"SELECT status || ' ' || output FROM instances WHERE id = '{Workload.InstanceId(kind, $"{round}")}'"));
        Assert.Equal(["0"], Query(connection, "SELECT count(*) FROM instances WHERE status <> 'Completed'"));
        foreach (var table in (string[])["inbox", "activities", "timers"])
            Assert.Equal([$"{table} 0"], Query(connection, $"SELECT '{table} ' || count(*) FROM {table}"));
    }

    private Dictionary<string, int> CountEffects() => File.Exists(EffectsFile)
        ? File.ReadLines(EffectsFile).GroupBy(line => line).ToDictionary(group => group.Key, group => group.Count())
        : [];

    private SqliteConnection Open()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<string> Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetValue(0).ToString()!);
        return rows;
    }
}
