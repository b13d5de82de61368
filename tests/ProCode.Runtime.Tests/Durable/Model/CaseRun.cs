using DurableTask.Core.Exceptions;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ProCode.Local.Durable.Storage;
using ProCode.Runtime.Tests.Durable.Faults;
using Effects = ProCode.Runtime.Tests.Durable.Faults.Effects;

namespace ProCode.Runtime.Tests.Durable.Model;

/// <summary>One case on an engine of its own, compared with the model.</summary>
internal sealed class CaseRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-model-");
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly HastyClock _clock = new();
    private readonly Effects _effects = new();
    private readonly Case _case;
    private readonly Queue<int> _deaths;
    private readonly Dictionary<string, Plan> _plans;
    private readonly Dictionary<string, Expectation> _expected;
    private readonly Dictionary<string, int[]> _raised;
    private readonly Dictionary<string, int> _maybeAgain = [];
    private readonly List<string> _faults = [];
    private EmbeddedDurableWorker? _worker;
    private StorageFate _life = new();

    private CaseRun(Case tried)
    {
        _case = tried;
        _deaths = new(tried.Deaths);
        _plans = tried.Plans.Select((plan, at) => (plan, at)).ToDictionary(one => $"plan{one.at}", one => one.plan);
        _expected = _plans.ToDictionary(plan => plan.Key, plan => new Expectation(plan.Value, plan.Key));
        _raised = _plans.ToDictionary(plan => plan.Key, _ => new int[Cases.Names]);
    }

    private string Database => Path.Combine(_folder.FullName, "durable.db");

    private DurableTaskClient Client => _worker!.Client;

    /// <summary>What the engine does otherwise than the model.</summary>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(Case tried)
    {
        await using var run = new CaseRun(tried);
        await run.GoAsync();
        return run._faults;
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
            await _worker.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task GoAsync()
    {
        await OpenAsync();
        foreach (var id in _plans.Keys)
            await AliveAsync(() => StartOnceAsync(id));
        foreach (var command in _case.Commands)
            await CarryOutAsync(command, $"plan{command.Instance % _plans.Count}");
        foreach (var id in _plans.Keys)
        {
            await AliveAsync(() => Client.ResumeInstanceAsync(id));
            for (var name = 0; name < Cases.Names; name++)
                while (_raised[id][name] < _expected[id].Events[name])
                    await RaiseAsync(id, name);
        }

        foreach (var id in _plans.Keys)
            await CheckEndAsync(id);
        await DrainAsync();
        CheckRuns();
        await CheckNothingIsLeftAsync();
    }

    private async Task CarryOutAsync(Command command, string id)
    {
        switch (command.Kind)
        {
            case CommandKind.Raise:
                // One more than it waits for would arrive after its end, as good as never.
                if (_raised[id][command.Name] < _expected[id].Events[command.Name])
                    await RaiseAsync(id, command.Name);
                break;
            case CommandKind.Suspend:
                await AliveAsync(() => Client.SuspendInstanceAsync(id));
                if (await StatusAsync(id) is { IsCompleted: false, RuntimeStatus: not OrchestrationRuntimeStatus.Suspended } goesOn)
                    _faults.Add($"{id} is {goesOn.RuntimeStatus} although it is suspended");
                break;
            case CommandKind.Resume:
                await AliveAsync(() => Client.ResumeInstanceAsync(id));
                if (await StatusAsync(id) is { RuntimeStatus: OrchestrationRuntimeStatus.Suspended })
                    _faults.Add($"{id} is suspended although it was resumed");
                break;
            case CommandKind.Pause:
                await Task.Delay(2 + command.Name);
                break;
            case CommandKind.Reopen:
                await OpenAsync();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, null);
        }
    }

    private async Task RaiseAsync(string id, int name)
    {
        // Whatever the case of its letters.
        var eventName = (_raised[id][name] % 2 == 0 ? "event" : "EVENT") + name;
        await AliveAsync(() => Client.RaiseEventAsync(id, eventName, _raised[id][name]));
        _raised[id][name]++;
    }

    private async Task<OrchestrationMetadata?> StatusAsync(string id)
    {
        OrchestrationMetadata? status = null;
        await AliveAsync(async () => status = await Client.GetInstanceAsync(id, true));
        return status;
    }

    private async Task StartOnceAsync(string id)
    {
        try
        {
            var options = new StartOrchestrationOptions(id) { DedupeStatuses = [.. Enum.GetNames<OrchestrationRuntimeStatus>()] };
            await Client.ScheduleNewOrchestrationInstanceAsync("plan", new Progress(0, 0, [], new int[Cases.Names]), options);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // By a process that has died since.
        }
    }

    // In the next life of the process when it dies meanwhile.
    private async Task AliveAsync(Func<Task> act)
    {
        while (true)
        {
            try
            {
                await act().WaitAsync(Patience);
                return;
            }
            catch (SqliteException) when (_life.IsDead)
            {
                await OpenAsync();
            }
            catch (Exception refused) when (refused.GetType().FullName == "Grpc.Core.RpcException")
            {
                // It has ended, or is in that state already.
                return;
            }
        }
    }

    private async Task OpenAsync()
    {
        while (true)
        {
            if (_worker is not null)
                await _worker.DisposeAsync();
            _worker = null;
            if (_life.IsDead)
                NoteRecorded();
            _life = _deaths.TryDequeue(out var point) ? new(point % 2 == 0 ? FateKind.DieBefore : FateKind.DieAfter, point) : new();
            _effects.Fate = _life;
            var tasks = new DurableTaskRegistry();
            PlanOrchestrator.Register(tasks, _plans, _effects);
            try
            {
                _worker = EmbeddedDurableWorker.Open(
                    new EmbeddedDurableOptions { DatabasePath = Database, ForceReplay = _case.ForceReplay, MaxLiveInstances = 2, Fate = _life },
                    tasks,
                    _services,
                    JsonDataConverter.Default,
                    NullLoggerFactory.Instance,
                    _clock);
                await _worker.StartAsync(CancellationToken.None);
                return;
            }
            catch (Exception exception) when (_life.IsDead && exception is SqliteException or DurableFileException)
            {
                // It has died while it started.
            }
        }
    }

    // An activity whose row is still there is not recorded: if it has run, it may run once more.
    private void NoteRecorded()
    {
        if (!File.Exists(Database))
            return;
        using var file = new StateFile(Database);
        if (!file.HasTables)
            return;
        foreach (var key in file.Query("SELECT coalesce(json_extract(input, '$.Key'), json_extract(input, '$')) FROM activities"))
            if (_effects.Runs.ContainsKey(key))
                _maybeAgain[key] = _maybeAgain.GetValueOrDefault(key) + 1;
    }

    private async Task CheckEndAsync(string id)
    {
        OrchestrationMetadata? end = null;
        try
        {
            await AliveAsync(async () =>
            {
                var ended = Client.WaitForInstanceCompletionAsync(id, true);
                await await Task.WhenAny(ended, WhenDeadAsync());
                end = await ended;
            });
        }
        catch (TimeoutException)
        {
            end = await Client.GetInstanceAsync(id, true);
        }

        var (expected, throws) = (_expected[id], _plans[id].Throws);
        var said = throws ? end?.FailureDetails?.ErrorMessage : end?.SerializedOutput is null ? null : end.ReadOutputAs<string>();
        if (end?.RuntimeStatus != (throws ? OrchestrationRuntimeStatus.Failed : OrchestrationRuntimeStatus.Completed) || said != expected.Trace)
            _faults.Add($"{id} is {end?.RuntimeStatus} with '{said ?? end?.FailureDetails?.ToString()}' instead of '{expected.Trace}'");
        if (end?.SerializedCustomStatus?.Trim('"') != expected.Status)
            _faults.Add($"{id} says {end?.SerializedCustomStatus} instead of {expected.Status}");
    }

    // Throws what the other operations of a dead process throw.
    private async Task WhenDeadAsync()
    {
        await _life.Death;
        _life.Before("");
    }

    // What an orchestration has asked for and not waited for is done all the same.
    private async Task DrainAsync()
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await AliveAsync(() => Client.GetInstanceAsync("plan0"));
            using (var file = new StateFile(Database))
                if (file.Query("SELECT place FROM activities") is [])
                    return;
            if (TimeProvider.System.GetElapsedTime(deadline) > Patience)
            {
                _faults.Add("activities are left");
                return;
            }

            await Task.Delay(1);
        }
    }

    private void CheckRuns()
    {
        var expected = _expected.Values.SelectMany(one => one.Runs).ToDictionary();
        foreach (var key in expected.Keys.Union(_effects.Runs.Keys))
        {
            var (least, actual) = (expected.GetValueOrDefault(key), _effects.Runs.GetValueOrDefault(key));
            var most = least + _maybeAgain.GetValueOrDefault(key);
            if (actual < least || actual > most)
                _faults.Add($"activity {key} ran {actual} times instead of {least} to {most}");
        }
    }

    private async Task CheckNothingIsLeftAsync()
    {
        await AliveAsync(() => Client.PurgeAllInstancesAsync(new PurgeInstancesFilter()));
        using var file = new StateFile(Database);
        foreach (var table in (string[])["instances", "history", "inbox", "activities", "timers"])
            if (file.Query($"SELECT count(*) FROM {table}") is not ["0"] and var left)
                _faults.Add($"{left[0]} rows are left in {table} after everything was purged");
    }
}
