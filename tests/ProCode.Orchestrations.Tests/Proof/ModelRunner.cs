using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>Does to a platform what commands say, and to the model, and compares the two after each.</summary>
internal sealed partial class ModelRunner : IAsyncDisposable
{
    private const int MaxIterations = 12;

    // Longer than any pause of an attempt or an order.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(61);

    private readonly TestPlatform _platform;
    private readonly TimeSpan _patience;
    private readonly ModelWorld _world = new();
    private readonly List<App> _apps = [];
    private readonly ModelComparison _comparison;
    private int _tags;

    private ModelRunner(TestPlatform platform, TimeSpan patience)
    {
        (_platform, _patience) = (platform, patience);
        _world.WhoWasFirst = WhoWasFirstAsync;
        _comparison = new(platform, _world, _apps, patience);
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
                    if (LostEvents.Happen) await runner.PassTimeAsync();
                    await runner._comparison.CompareAsync(onlyOpen: true);
                }
                catch (Exception e)
                {
                    return $"command {at + 1}, {commands[at]}: {e.Message}\n{e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Proof", StringComparison.Ordinal))}";
                }
            }

            try
            {
                await runner.PassTimeAsync();
                await runner._comparison.CompareAsync(onlyOpen: false);
                await runner.PumpAsync();
                await runner._comparison.CompareHistoryAsync();
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
        var takesTime = LostEvents.Happen || command.LosesCall || command.Action is ModelAction.PollSuccess or ModelAction.PollFailure or ModelAction.LoseInstance;
        if (takesTime && _world.Pipelines.Exists(one => one.Waits == WaitKind.RETRY))
        {
            await PassTimeAsync();
            await _comparison.CompareAsync(onlyOpen: true);
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
                _platform.Target.Say(pipeline.RunOf().DeployId(), succeeded ? ScriptedTarget.Up : new DeploymentState(OpsStatus.FAILED, "AGENT_CRASHED: polled", null));
                await PassTimeAsync(() => _world.Settle(pipeline, succeeded));
                break;
            case ModelAction.LoseInstance:
                await LoseAsync(pipeline, purge: command.Detail % 2 == 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
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
            if (pumps > 1 && await _comparison.IsAsExpectedAsync(_patience / 400 * pumps)) return;
        }
    }

    private async Task PumpAsync()
    {
        _platform.Time.Advance(Step);
        await _platform.PollAsync();
        await _platform.Get<DebtSweep>().RunAsync(_platform.Durable, default);
        await _platform.Get<LostRunSweep>().RunAsync(_platform.Durable, default);
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
}
