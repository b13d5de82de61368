using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>
/// The product in a process that dies at a certain request to the storage, and in another one after that, which opens the same engine's file and the same storage and
/// has nothing else. Whoever asked something and got no answer asks again under the same key; the product's timers run whenever nothing else does.
/// </summary>
internal sealed class MortalPlatform : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    // Real time: how long nothing must happen to be taken for rest. Too short a rest lets the timers run early, which they may.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    // How many looks an orchestration may take to begin: its thread may get no turn on a busy machine.
    private const int Patience = 5000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-test-");
    private TestPlatform _process = null!;
    private EmbeddedDurableWorker _engine = null!;
    private Life _life = null!;

    private MortalPlatform(Fate fate) => Fate = fate;

    public Fate Fate { get; }

    /// <summary>What everybody else sees of the storage and the servers: it neither dies nor counts.</summary>
    public TestPlatform World { get; } = TestPlatform.WithoutEngine();

    /// <summary>The engine that there is now.</summary>
    public DurableTaskClient Durable => _process.Durable;

    /// <summary>The platform with what has been before, before its first process.</summary>
    public static async Task<MortalPlatform> BeginAsync(Fate fate, Func<TestPlatform, Task> past)
    {
        var platform = new MortalPlatform(fate);
        await past(platform.World);
        await platform.OpenAsync();
        return platform;
    }

    /// <summary>Asks until there is an answer. The process may die over it.</summary>
    public async Task<T> AskAsync<T>(Func<TestPlatform, Task<T>> request)
    {
        while (true)
        {
            await ReviveAsync();
            var (process, life) = (_process, _life);
            var asked = Task.Run(() => request(process));
            await Task.WhenAny(asked, life.Died);
            if (!life.IsDead) return await asked;
        }
    }

    /// <summary>Lets the processes work and time pass until something is so.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, int ticks = 200)
    {
        for (var tick = 0; ; tick++)
        {
            await RestAsync();
            if (await condition()) return;
            if (tick == ticks) throw new TimeoutException("It doesn't become so, however much time passes.");
            await TickAsync(tick < 40 ? Step : tick < 80 ? Step * 10 : TimeSpan.FromHours(1));
        }
    }

    /// <summary>Lets time pass, with one pass of every timer.</summary>
    public async Task TickAsync(TimeSpan by)
    {
        World.Time.Advance(by);
        await RunAsync(process => process.PollAsync());
        await RunAsync(process => process.Get<DebtSweep>().RunAsync(process.Durable, default));
        await RunAsync(process => process.Get<LostRunSweep>().RunAsync(process.Durable, default));

        Task RunAsync(Func<TestPlatform, Task> timer) => AskAsync(async process =>
        {
            await timer(process);
            return true;
        });
    }

    public async ValueTask DisposeAsync()
    {
        _life.Die();
        await CloseAsync();
        await World.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // Until nothing is at work and nothing happens any more. What is held up is at work until it is told to stop, so that is not waited for.
    private async Task RestAsync()
    {
        for (var (looks, quiet, before) = (0, 0, -1); quiet < 3 && !(Fate.IsHolding && looks >= 8); looks++)
        {
            await ReviveAsync();
            await Task.Delay(Look, TestContext.Current.CancellationToken);
            var now = Fate.Requests;
            quiet = !_life.IsWorking && !_life.IsDead && now == before ? quiet + 1 : 0;
            before = now;
            if (quiet == 3 && looks < Patience && await AnyIsToBeginAsync()) quiet = 0;
        }
    }

    private async Task<bool> AnyIsToBeginAsync()
    {
        var pending = new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Pending], PageSize = 1 };
        await foreach (var _ in Durable.GetAllInstancesAsync(pending)) return true;
        return false;
    }

    private async Task ReviveAsync()
    {
        if (!_life.IsDead) return;
        await CloseAsync();
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        _life = new Life(Fate);
        _process = TestPlatform.Beside(World, _life);
        var registry = new DurableTaskRegistry();
        _process.Register(registry);
        _engine = EmbeddedDurableWorker.Open(
            new EmbeddedDurableOptions
            {
                DatabasePath = Path.Combine(_folder.FullName, "durable.db"),
                ForceReplay = true,
                EventChaos = EmbeddedDurableOptions.EventChaosOfEnvironment,
            },
            registry, _process.Services, TestPlatform.Payloads, _process.Get<ILoggerFactory>(), World.Time);
        _process.Durable = _engine.Client;
        await _engine.StartAsync(default);
    }

    // What was under way is not recorded, and abandoned.
    private async Task CloseAsync()
    {
        await _engine.StopAsync(new CancellationToken(canceled: true));
        _life.Bury();
        await _engine.DisposeAsync();
    }
}
