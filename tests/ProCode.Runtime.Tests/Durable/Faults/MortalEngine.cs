using DurableTask.Core.Exceptions;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable.Storage;

namespace ProCode.Runtime.Tests.Durable.Faults;

/// <summary>
/// Goes a scenario to its end on one file, in two lives of the process if the first one dies, as a caller who tries again what has failed; and says what was wrong
/// with it.
/// </summary>
internal sealed class MortalEngine(Scenario scenario, StorageFate fate, bool forceReplay) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-faults-");
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly HastyClock _clock = new();
    private readonly Effects _effects = new();
    private readonly List<string> _violations = [];
    private HashSet<string> _maybeAgain = [];
    private Dictionary<string, int> _atDeath = [];
    private int _raised;

    private string Database => Path.Combine(_folder.FullName, "durable.db");

    public async Task<IReadOnlyList<string>> GoAsync()
    {
        if (!await LiveAsync(fate))
        {
            NoteRecorded();
            await LiveAsync(new StorageFate());
        }

        CheckFile();
        CheckRuns();
        return _violations;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // False when the process has died in between.
    private async Task<bool> LiveAsync(StorageFate life)
    {
        _effects.Fate = life;
        var worker = await TryAsync(() => Task.FromResult(Open(life)), life);
        if (worker is null)
            return false;
        await using (worker)
        {
            var end = EndAsync(worker, life);
            if (await Task.WhenAny(end, life.Death, Task.Delay(Patience)) is var first && first != end && first != life.Death)
                _violations.Add($"it has no end: {(await worker.Client.GetInstanceAsync(scenario.Orchestrator))?.ToString() ?? "no instance"}");
            else if (!life.IsDead)
                await end;
            // Nobody waits for what a dead process still says.
            else
                _ = end.ContinueWith(late => late.Exception, TaskScheduler.Default);
        }

        return !life.IsDead;
    }

    private async Task EndAsync(EmbeddedDurableWorker worker, StorageFate life)
    {
        if (await TryAsync(async () =>
            {
                await worker.StartAsync(CancellationToken.None);
                return "started";
            }, life) is null)
            return;
        await TryAsync(() => StartOnceAsync(worker.Client), life);
        while (_raised < scenario.Events && await TryAsync(() => RaiseAsync(worker.Client, _raised), life) is not null)
            _raised++;
        await TryAsync(() => worker.Client.WaitForInstanceCompletionAsync(scenario.Orchestrator), life);
    }

    private EmbeddedDurableWorker Open(StorageFate life)
    {
        var tasks = new DurableTaskRegistry();
        scenario.Register(tasks, _effects);
        return EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions { DatabasePath = Database, ForceReplay = forceReplay, Fate = life },
            tasks,
            _services,
            JsonDataConverter.Default,
            NullLoggerFactory.Instance,
            _clock);
    }

    private async Task<string> StartOnceAsync(DurableTaskClient client)
    {
        try
        {
            var options = new StartOrchestrationOptions(scenario.Orchestrator) { DedupeStatuses = [.. Enum.GetNames<OrchestrationRuntimeStatus>()] };
            return await client.ScheduleNewOrchestrationInstanceAsync(scenario.Orchestrator, "", options);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return "started before";
        }
    }

    private async Task<string> RaiseAsync(DurableTaskClient client, int number)
    {
        try
        {
            await client.RaiseEventAsync(scenario.Orchestrator, "number", number);
            return "raised";
        }
        catch (Exception exception) when (exception.Message.Contains("FailedPrecondition", StringComparison.Ordinal) && number == scenario.Events - 1)
        {
            // The one before it was taken, and nobody had heard of it.
            return "it has ended";
        }
    }

    // As every caller does: again, until it works. Null when the process is dead.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> act, StorageFate life)
        where T : class
    {
        while (!life.IsDead)
        {
            try
            {
                return await act();
            }
            catch (Exception exception) when (exception is SqliteException or DurableFileException or ObjectDisposedException)
            {
                if (exception is ObjectDisposedException)
                    return null;
                await Task.Delay(1);
            }
        }

        return null;
    }

    // An activity that has run and whose row is still there is not recorded: it alone may run once more.
    private void NoteRecorded()
    {
        _atDeath = new(_effects.Runs);
        if (!File.Exists(Database))
            return;
        using var file = new StateFile(Database);
        _maybeAgain = file.HasTables ? [.. file.Query($"SELECT rtrim(json_extract({StateFile.TextOf("input")}, '$'), '.') FROM activities")] : [];
    }

    private void CheckRuns()
    {
        var runs = _effects.Runs;
        foreach (var key in scenario.Runs.Keys.Union(runs.Keys))
        {
            var (expected, actual) = (scenario.Runs.GetValueOrDefault(key), runs.GetValueOrDefault(key));
            var most = expected + (_maybeAgain.Contains(key) && _atDeath.GetValueOrDefault(key) > 0 ? 1 : 0);
            if (actual < expected || actual > most)
                _violations.Add($"activity {key} ran {actual} times instead of {expected}{(most > expected ? $" or {most}" : "")}");
        }
    }

    private void CheckFile()
    {
        using var file = new StateFile(Database);
        var end = string.Join(", ", file.Query($"SELECT status || ' ' || coalesce(output, failure, '') FROM instances WHERE id = '{scenario.Orchestrator}'"));
        if (end != $"Completed \"{scenario.Output}\"")
            _violations.Add($"it ended with {end} instead of {scenario.Output}");
        var ends = file.Query("SELECT instance || ' ' || count(*) FROM history WHERE json_extract(event, '$.\"$\"') = 'runEnded' GROUP BY instance HAVING count(*) > 1");
        _violations.AddRange(ends.Select(twice => $"ended more than once: {twice}"));
        _violations.AddRange(file.Query("SELECT id || ' ' || status FROM instances WHERE completed IS NULL").Select(open => $"still open: {open}"));
        foreach (var table in (string[])["inbox", "activities", "timers"])
            if (file.Query($"SELECT count(*) FROM {table}") is not ["0"] and var left)
                _violations.Add($"{left[0]} rows are left in {table}");
        if (file.LostPayloads() is not 0 and var lost)
            _violations.Add($"{lost} payloads are named and not there, or there and not named");
    }
}
