using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>Does to a platform what commands say, and to the model, and compares the two after each.</summary>
internal sealed class ModelRunner : IAsyncDisposable
{
    private const int MaxIterations = 12;

    // Longer than any pause of an attempt or an order.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(61);

    private readonly TestPlatform _platform;
    private readonly TimeSpan _patience;
    private readonly ModelWorld _world = new();
    private readonly List<App> _apps = [];
    private int _tags;

    private ModelRunner(TestPlatform platform, TimeSpan patience)
    {
        (_platform, _patience) = (platform, patience);
        _world.WhoWasFirst = WhoWasFirstAsync;
    }

    /// <summary>Does all commands on a platform of its own; what went wrong, or null. <paramref name="patience"/> is how long the platform may take to come to what the model says.</summary>
    public static async Task<string?> FindFaultAsync(IReadOnlyList<ModelCommand> commands, TimeSpan patience)
    {
        await using var runner = new ModelRunner(await TestPlatform.StartAsync(skipsWaits: false), patience);
        try
        {
            await runner.BeginAsync();
            for (var at = 0; at < commands.Count; at++)
            {
                try
                {
                    await runner.DoAsync(commands[at]);
                    await runner.CompareAsync(onlyOpen: true);
                }
                catch (Exception e)
                {
                    return $"command {at + 1}, {commands[at]}: {e.Message}\n{e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Proof", StringComparison.Ordinal))}";
                }
            }

            try
            {
                await runner.PassTimeAsync();
                await runner.CompareAsync(onlyOpen: false);
                await runner.PumpAsync();
                await runner.CompareHistoryAsync();
            }
            catch (Exception e)
            {
                return $"at the end: {e.Message}";
            }

            return null;
        }
        finally
        {
            runner._platform.Target.RefusesOrders = null;
        }
    }

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    private async Task BeginAsync()
    {
        _platform.Target.Then = InterleavedRace.Starting;
        Configure();
        for (var app = 0; app < 2; app++) _apps.Add(await _platform.GivenAppAsync());
        foreach (var app in _apps) await PlanAsync(app);
    }

    // Nothing times out that isn't told to.
    private void Configure()
    {
        _platform.Get<IOptions<PipelineOptions>>().Value.DeployTimeout = TimeSpan.FromDays(20);
        _platform.Get<IOptions<DeploymentOptions>>().Value.UnavailableTimeout = TimeSpan.FromDays(20);
    }

    private async Task PlanAsync(App app) => _world.Iterations.Add(new ModelIteration(await _platform.GivenIterationAsync(app)));

    private async Task DoAsync(ModelCommand command)
    {
        // Who arrives at an environment in the moment when it becomes free is before or behind those who wait for it: nobody can know.
        var takesTime = command.LosesCall || command.Action is ModelAction.PollSuccess or ModelAction.PollFailure or ModelAction.LoseInstance;
        if (takesTime && _world.Pipelines.Exists(one => one.Waits == WaitKind.RETRY))
        {
            await PassTimeAsync();
            await CompareAsync(onlyOpen: true);
        }

        switch (command.Action)
        {
            case ModelAction.Plan:
                if (_world.Iterations.Count < MaxIterations) await PlanAsync(_apps[command.On % _apps.Count]);
                break;
            case ModelAction.EnterTesting or ModelAction.EnterStaging or ModelAction.Release:
                await EnterAsync(One(_world.Iterations, command), (PhaseType)(command.Action - ModelAction.EnterTesting), command.LosesCall);
                break;
            case ModelAction.Close:
                await CloseAsync(One(_world.Iterations, command));
                break;
            case ModelAction.StartPipeline:
                await StartPipelineAsync(One(_world.Iterations, command), command.LosesCall);
                break;
            case ModelAction.Git:
                _world.GitIsDown = !_world.GitIsDown;
                _platform.Git.Down = _world.GitIsDown ? () => GitErrors.HostUnavailable.With("away") : null;
                break;
            case ModelAction.Ops:
                _world.TurnOps();
                _platform.Target.RefusesOrders = _world.OpsIsDown ? () => DeploymentErrors.TargetUnavailable.With("away") : null;
                break;
            case ModelAction.Crash:
                _platform.Restart();
                Configure();
                break;
            case ModelAction.PassTime:
                await PassTimeAsync();
                break;
            default:
                if (_world.Pipelines.Count > 0) await DoAsync(command, Pick(command));
                break;
        }
    }

    private async Task DoAsync(ModelCommand command, ModelPipeline pipeline)
    {
        switch (command.Action)
        {
            case ModelAction.Proceed:
                await ProceedAsync(pipeline, command.LosesCall);
                break;
            case ModelAction.Retry or ModelAction.Resume or ModelAction.Restart:
                await RunAgainAsync(pipeline, RunCause.RETRY + (command.Action - ModelAction.Retry), command.Detail % 4, command.LosesCall);
                break;
            case ModelAction.Cancel:
                await CancelAsync(pipeline, command.LosesCall);
                break;
            case ModelAction.Configure:
                await ConfigureAsync(pipeline, command.Detail);
                break;
            case ModelAction.CallBackSuccess or ModelAction.CallBackFailure:
                if (pipeline.Waits == WaitKind.DEPLOYMENT) await CallBackAsync(pipeline, command.Action == ModelAction.CallBackSuccess, command.LosesCall);
                break;
            case ModelAction.CallBackLate:
                await CallBackLateAsync(command.Detail);
                break;
            case ModelAction.PollSuccess or ModelAction.PollFailure:
                if (pipeline.Waits != WaitKind.DEPLOYMENT) break;
                var succeeded = command.Action == ModelAction.PollSuccess;
                _platform.Target.Say(RunOf(pipeline).DeployId(), succeeded ? ScriptedTarget.Up : new DeploymentState(OpsStatus.FAILED, "AGENT_CRASHED: polled", null));
                await PassTimeAsync(() => _world.Settle(pipeline, succeeded));
                break;
            case ModelAction.LoseInstance:
                await LoseAsync(pipeline, purge: command.Detail % 2 == 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    private async Task EnterAsync(ModelIteration iteration, PhaseType type, bool losesCall)
    {
        var refusal = iteration.RefusesEntry(type);
        var tag = type == PhaseType.RELEASE ? $"v1.0.{++_tags}" : null;
        var now = _platform.Time.GetUtcNow();
        var entered = await _platform.TryEnterAsync(new PhaseOrder(iteration.Row.Id, type, "tester", tag));
        if (!IsAccepted(entered, refusal)) return;

        var entry = entered.Value;
        var phase = (await _platform.ReadAsync(iteration.Row)).LatestPhase!;
        var pipeline = new ModelPipeline(entry.PipelineId, iteration, phase.Id, phase.Environment, now);
        iteration.Phases.Add(new ModelPhase(type, pipeline));
        iteration.Status = Enum.Parse<IterationStatus>(type == PhaseType.RELEASE ? nameof(IterationStatus.RELEASING) : type.ToString());
        _world.Pipelines.Add(pipeline);
        if (!losesCall) await _platform.Get<PhaseStarter>().StartAsync(_platform.Durable, entry, default);
        await GoOnAsync(losesCall);
    }

    private async Task CloseAsync(ModelIteration iteration)
    {
        if (IsAccepted(await _platform.TryCloseAsync(iteration.Row), iteration.RefusesClose)) iteration.Status = IterationStatus.CLOSED;
    }

    private async Task StartPipelineAsync(ModelIteration iteration, bool losesCall)
    {
        var refusal = iteration.RefusesStart;
        var now = _platform.Time.GetUtcNow();
        var started = await _platform.TryStartAsync(iteration.Row);
        if (!IsAccepted(started, refusal)) return;

        var (phase, made) = (iteration.Latest!, started.Value.Pipeline);
        var pipeline = new ModelPipeline(made.Id, iteration, phase.Pipeline.PhaseId, phase.Pipeline.Environment, now) { HasCommit = phase.Pipeline.HasCommit };
        (phase.Pipeline, phase.Status) = (pipeline, PhaseStatus.RUNNING);
        _world.Pipelines.Add(pipeline);
        if (!losesCall) await _platform.BeginAsync(made.RunOf());
        await GoOnAsync(losesCall);
    }

    private async Task ProceedAsync(ModelPipeline pipeline, bool losesCall)
    {
        var refusal = pipeline.Waits == WaitKind.GATE ? null : PipelineErrors.ProceedNotAllowed.Name;
        if (!IsAccepted(await _platform.TryProceedAsync(RunOf(pipeline), call: !losesCall), refusal)) return;
        pipeline.Stages[pipeline.Next].Proceeded = true;
        await GoOnAsync(losesCall);
    }

    private async Task RunAgainAsync(ModelPipeline pipeline, RunCause cause, int stage, bool losesCall)
    {
        var lost = pipeline.Waits == WaitKind.RESUME;
        var next = pipeline.Next;
        var from = cause == RunCause.RESTART ? stage : next;
        var refusal = cause switch
        {
            RunCause.RETRY when pipeline.Status != PipelineStatus.FAILED => PipelineErrors.RetryNotAllowed.Name,
            RunCause.RETRY when pipeline.Stages[next].ManualRetries >= 10 => PipelineErrors.RetriesExhausted.Name,
            RunCause.RESUME when !lost && pipeline.Status is not (PipelineStatus.FAILED or PipelineStatus.CANCELED) => PipelineErrors.ResumeNotAllowed.Name,
            RunCause.RESTART when !lost && pipeline.Status is not (PipelineStatus.FAILED or PipelineStatus.CANCELED or PipelineStatus.SUCCESS) => PipelineErrors.RestartNotAllowed.Name,
            RunCause.RESTART when next >= 0 && from > next => PipelineErrors.RestartNotAllowed.Name,
            _ => pipeline.Iteration.RefusesRun(pipeline),
        };
        var now = _platform.Time.GetUtcNow();
        var asked = await _platform.TryRunAgainAsync(RunOf(pipeline), cause, cause == RunCause.RESTART ? (StageKind)from : null);
        if (!IsAccepted(asked, refusal)) return;

        var (retries, proceeded) = (pipeline.Stages[from].ManualRetries, pipeline.Stages[from].Proceeded);
        pipeline.Again(cause, from, now);
        var begun = pipeline.Stages[from];
        begun.Proceeded = cause != RunCause.RESUME || proceeded;
        begun.ManualRetries = cause switch { RunCause.RETRY => retries + 1, RunCause.RESUME => retries, _ => 0 };
        pipeline.Iteration.Latest!.Status = PhaseStatus.RUNNING;
        Assert.Equal(pipeline.Run, asked.Value.Run);
        if (!losesCall) await _platform.BeginAsync(asked.Value);
        await GoOnAsync(losesCall);
    }

    private async Task CancelAsync(ModelPipeline pipeline, bool losesCall)
    {
        var refusal = pipeline.Status is PipelineStatus.PENDING or PipelineStatus.RUNNING or PipelineStatus.PAUSED ? null : PipelineErrors.CancelNotAllowed.Name;
        if (!IsAccepted(await _platform.TryCancelAsync(RunOf(pipeline), call: !losesCall), refusal)) return;
        _world.End(pipeline, PipelineStatus.CANCELED, onOpen: OpsStatus.CANCELED);
        await GoOnAsync(losesCall);
    }

    private async Task ConfigureAsync(ModelPipeline pipeline, int detail)
    {
        var (kind, manual) = ((StageKind)(detail % 4), detail / 4 % 2 == 0);
        var stage = pipeline.Stages[(int)kind];
        var mode = manual ? DriveMode.MANUAL : kind == StageKind.DEPLOY ? DriveMode.ASYNC : DriveMode.AUTO;
        var refusal = stage.IsManual != manual && stage.Status != StageStatus.PENDING && !(pipeline.IsOver && stage.Status == StageStatus.FAILED) ? PipelineErrors.StageConfigFixed.Name : null;
        var changed = await _platform.RequestAsync<ChangeStageConfigs, ChangedConfigs>(change => change.RunAsync(
            pipeline.Id, new Dictionary<StageKind, StageConfigChange> { [kind] = new(DriveMode: mode) }, "tester", _ => null, default));
        if (!IsAccepted(changed, refusal)) return;
        stage.IsManual = manual;
        await _platform.Get<RunCalls>().PayAsync(_platform.Durable, pipeline.Iteration.Row.AppId, changed.Value.Debts, default);
        await _world.SettleAsync();
    }

    private async Task CallBackAsync(ModelPipeline pipeline, bool succeeded, bool losesCall)
    {
        var status = succeeded ? OpsStatus.SUCCESS : OpsStatus.FAILED;
        Assert.Equal(status, (await _platform.CallBackAsync(RunOf(pipeline), status, nudge: !losesCall)).Status);
        if (losesCall)
        {
            await PassTimeAsync(() => _world.Settle(pipeline, succeeded));
            return;
        }

        _world.Settle(pipeline, succeeded);
        await _world.SettleAsync();
    }

    private async Task CallBackLateAsync(int detail)
    {
        var settled = _world.Deployments.Where(deployment => deployment.Value is not null).Select(deployment => (deployment.Key, deployment.Value)).ToList();
        if (settled.Count == 0) return;
        var (id, status) = settled[detail % settled.Count];
        var parsed = DeployId.Parse(id)!;
        var answer = await _platform.CallBackAsync(new RunRequest(parsed.AppId, parsed.PipelineId, parsed.Run), detail % 2 == 0 ? OpsStatus.SUCCESS : OpsStatus.FAILED);
        Assert.Equal(status, answer.Status);
    }

    // The engine forgets a run that is under way; the sweep finds out.
    private async Task LoseAsync(ModelPipeline pipeline, bool purge)
    {
        if (pipeline.IsOver) return;
        var instance = InstanceIds.ForRun(RunOf(pipeline));
        await _platform.Durable.TerminateInstanceAsync(instance);
        await _platform.Durable.WaitForInstanceCompletionAsync(instance);
        if (purge) await _platform.Durable.PurgeInstanceAsync(instance);
        await PassTimeAsync(() => _world.End(pipeline, PipelineStatus.PAUSED, WaitKind.RESUME));
    }

    private Task GoOnAsync(bool lostCall) => lostCall ? PassTimeAsync() : _world.SettleAsync();

    private async Task PassTimeAsync(Action? meanwhile = null)
    {
        await PumpAsync();
        meanwhile?.Invoke();
        await _world.SettleAsync();
        await _world.PassTimeAsync();
        for (var pumps = 1; pumps < 60; pumps++)
        {
            await PumpAsync();
            if (pumps > 1 && await IsAsExpectedAsync(_patience / 400 * pumps)) return;
        }
    }

    private async Task PumpAsync()
    {
        _platform.Time.Advance(Step);
        await _platform.PollAsync();
        await _platform.Get<DebtSweep>().RunAsync(_platform.Durable, default);
        await _platform.Get<LostRunSweep>().RunAsync(_platform.Durable, default);
    }

    private async Task<bool> IsAsExpectedAsync(TimeSpan patience)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await DifferenceAsync(onlyOpen: true) is not null)
        {
            if (watch.Elapsed > patience) return false;
            await Task.Delay(2);
        }

        return true;
    }

    private async Task CompareAsync(bool onlyOpen)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await DifferenceAsync(onlyOpen) is { } difference)
        {
            if (watch.Elapsed > _patience) Assert.Fail(difference);
            await Task.Delay(2);
        }
    }

    private readonly HashSet<string> _agreed = [];

    // What is over and was as expected once is looked at again at the end only.
    private async Task<string?> DifferenceAsync(bool onlyOpen)
    {
        foreach (var pipeline in _world.Pipelines)
        {
            if (onlyOpen && pipeline.IsOver && _agreed.Contains(pipeline.ToString())) continue;
            var row = await _platform.PipelineAsync(RunOf(pipeline));
            if (ModelWorld.MayBeOrdered(pipeline) && row.WaitingFor?.Kind == WaitKind.DEPLOYMENT) _world.Arrive(pipeline);
            var expected = pipeline.ToString();
            var actual = $"{row.Id}#{row.Run} {row.Status} {row.WaitingFor?.Kind} {row.DeployStatus} {string.Join(' ', row.Stages.Select(stage => $"{stage.Status}{stage.Attempt}"))}";
            if (actual != expected) return $"pipeline is    {actual}\nand must be {expected}";
            _agreed.Add(expected);
        }

        foreach (var ((app, name), environment) in _world.Environments)
        {
            var row = (await _platform.Get<AppPartition>().FindAsync<AppEnvironment>(app, AppRows.Environment(name), default))?.Value ?? new AppEnvironment(name, 0, null, null);
            var actual = $"held by {row.HeldByPipelineId}#{row.HeldByRun}, then {string.Join(' ', row.Queue.Select(one => $"{one.PipelineId}#{one.Run}"))}";
            if (actual != environment.ToString()) return $"{app}/{name} is {actual}\nand must be {environment}";
        }

        foreach (var iteration in _world.Iterations)
        {
            var expected = iteration.ToString();
            if (onlyOpen && !iteration.IsOpen && _agreed.Contains(expected)) continue;
            var row = await _platform.ReadAsync(iteration.Row);
            var span = row.PipelineId is null ? null : (PipelineStatus?)(await _platform.SpanAsync(row)).Status;
            var actual = $"{row.Id} {row.Status} span {span}: {string.Join(' ', row.Phases.Select(phase => $"{phase.Type}:{phase.Status}:{phase.PipelineId}"))}";
            if (actual != expected) return $"iteration is   {actual}\nand must be {expected}";
            _agreed.Add(expected);
        }

        var twice = _platform.Target.Orders.GroupBy(order => order.DeployId).FirstOrDefault(orders => orders.Count() > 1);
        return twice is null ? null : $"{twice.Key} was ordered {twice.Count()} times";
    }

    // At the end: every run with its cause and end, every deployment's end, every effect once, nothing owed.
    private async Task CompareHistoryAsync()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await UnpaidAsync() is { } unpaid)
        {
            if (watch.Elapsed > _patience) Assert.Fail(unpaid);
            await _platform.SweepAsync();
        }

        foreach (var pipeline in _world.Pipelines)
        {
            var (_, runs, _) = (await _platform.Get<PipelineStore>().FindWithRunsAsync(pipeline.Id, default))!.Value;
            Assert.Equal(
                pipeline.Runs.Select((run, at) => (at + 1, run.Cause, run.From, run.End)),
                runs.Select(run => (run.Run, run.Cause, run.FromStage, run.EndedAt is null ? null : (PipelineStatus?)run.Status)));
        }

        foreach (var (id, status) in _world.Deployments)
        {
            var row = (await _platform.Get<DeploymentStore>().GetAsync(DeployId.Parse(id)!, default)).Value;
            Assert.Equal((id, status), (row.Id, row.IsSettled ? (OpsStatus?)row.Status : null));
            if (row.IsGivenUp) Assert.True(_platform.Target.CancelsOf(DeployId.Parse(id)!) > 0, $"the target was not told that {id} is given up");
        }

        // One that was on its way when its run ended may have come or not; it is no surprise to a target that looks at the fence.
        var orders = _platform.Target.Orders.Where(order => !_world.PerhapsOrdered.Contains(order.DeployId)).ToList();
        Assert.Equal(_world.Ordered.Except(_world.PerhapsOrdered).Order(StringComparer.Ordinal), orders.Select(order => order.DeployId).Order(StringComparer.Ordinal));
        foreach (var fences in orders.GroupBy(order => (order.AppId, order.Environment)))
            Assert.Equal(fences.Select(order => order.Fence).Distinct().Order(), fences.Select(order => order.Fence));
    }

    // What the sweeps should have paid. Who waits for an ops system that is away asks it again and again, and owes its line each time.
    private async Task<string?> UnpaidAsync()
    {
        var others = _world.Pipelines.Where(one => one.Waits != WaitKind.OPS).ToList();
        foreach (var app in _apps)
        {
            var debts = await _platform.DebtsAsync(app.Id);
            if (debts.FirstOrDefault(debt => debt.Kind != OutboxKind.LIST_PIPELINE || others.Exists(one => one.Id == debt.Id)) is { } debt) return $"app {app.Id} owes {debt}";
        }

        foreach (var pipeline in others)
        {
            var row = await _platform.PipelineAsync(RunOf(pipeline));
            if (await _platform.LineAsync(row) != TestPlatform.Text(row)) return $"the line of pipeline {pipeline.Id} is {await _platform.LineAsync(row)}, its row {TestPlatform.Text(row)}";
        }

        return null;
    }

    private async Task<ModelPipeline> WhoWasFirstAsync(IReadOnlyList<ModelPipeline> came)
    {
        var looks = 0;
        ModelPipeline? first = null;
        await Testing.WaitFor.Async(
            async () =>
            {
                var row = await _platform.Get<AppPartition>().FindAsync<AppEnvironment>(came[0].Iteration.Row.AppId, AppRows.Environment(came[0].Environment), default);
                first = came.FirstOrDefault(one => row?.Value.IsHeldBy(one.Id, one.Run) == true);
                if (first is null && ++looks % 10 == 0) await PumpAsync();
                return first is not null;
            },
            _patience);
        return first!;
    }

    // Most commands are about somebody whom they can do something to.
    private ModelPipeline Pick(ModelCommand command)
    {
        Func<ModelPipeline, bool> fits = command.Action switch
        {
            ModelAction.Proceed => one => one.Waits == WaitKind.GATE,
            ModelAction.CallBackSuccess or ModelAction.CallBackFailure or ModelAction.PollSuccess or ModelAction.PollFailure => one => one.Waits == WaitKind.DEPLOYMENT,
            ModelAction.Retry or ModelAction.Resume or ModelAction.Restart => one => one.IsOver && one.Iteration.RefusesRun(one) is null,
            ModelAction.Cancel or ModelAction.Configure or ModelAction.LoseInstance => one => !one.IsOver,
            _ => _ => true,
        };
        var fitting = command.Detail % 5 == 0 ? [] : _world.Pipelines.Where(fits).ToList();
        return One(fitting.Count > 0 ? fitting : _world.Pipelines, command);
    }

    private static T One<T>(IReadOnlyList<T> among, ModelCommand command) => among[command.On % among.Count];

    private static RunRequest RunOf(ModelPipeline pipeline) => new(pipeline.Iteration.Row.AppId, pipeline.Id, pipeline.Run);

    private static bool IsAccepted<T>(Result<T> answer, string? refusal)
    {
        Assert.Equal(refusal, answer.Succeeded ? null : answer.Error.Code.Name);
        return refusal is null;
    }
}
