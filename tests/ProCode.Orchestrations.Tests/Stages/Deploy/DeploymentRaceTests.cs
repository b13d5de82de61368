using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;

namespace ProCode.Orchestrations.Tests.Stages.Deploy;

/// <summary>What can happen to a deployment while its pipeline waits for it.</summary>
public enum Happening
{
    CallbackSuccess,
    CallbackFailure,
    Duplicate,
    PollSuccess,
    Timeout,
}

/// <summary>Every order of what can happen to a deployment: the first that settles it wins, everywhere.</summary>
public sealed class DeploymentRaceTests : IAsyncLifetime
{
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", ScriptedTarget.Up.Url);

    private TestPlatform _platform = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await TestPlatform.StartAsync(skipsWaits: false);
        _platform.Target.Then = Starting;
    }

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    // The orchestrations wait with a clock that stands, while reports and looks come in at the rows as activities bring them: late,
    // repeated, in any order. Only after the last one are the orchestrations woken.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_EveryOrderOfUpToThree_HasOneWinnerEverywhere(bool nudged)
    {
        var races = new List<(RunRequest Run, IReadOnlyList<Happening> Order)>();
        foreach (var order in Orders(3)) races.Add((await _platform.GivenPackagedReleaseAsync(), order));
        foreach (var (run, _) in races) await _platform.BeginAsync(run);
        foreach (var (run, _) in races) await _platform.WaitsForDeploymentAsync(run);

        foreach (var (run, order) in races)
        {
            foreach (var happening in order) await HappenAsync(run, order, happening, nudged);
        }

        _platform.Time.Advance(TimeSpan.FromSeconds(30));
        if (!nudged) await _platform.PollAsync();
        foreach (var (run, order) in races.OrderBy(race => race.Order.All(happening => happening == Happening.Timeout)))
        {
            // Nobody but the waiting orchestration finds out that its time is up, and it does so by the clock alone.
            if (order.All(happening => happening == Happening.Timeout)) _platform.Time.Advance(TimeSpan.FromMinutes(30));
            await _platform.EndAsync(run);
            var (status, source) = Winner(order[0]);
            await _platform.AssertDeploymentSettledAsync(run, status, source);
        }
    }

    [Fact]
    public async Task Report_AllAtOnce_HasOneWinnerEverywhere()
    {
        for (var round = 0; round < 10; round++)
        {
            var run = await _platform.GivenPackagedReleaseAsync();
            await _platform.BeginAsync(run);
            await _platform.WaitsForDeploymentAsync(run);
            var order = Enum.GetValues<Happening>();

            await Task.WhenAll(order.Select(happening => Task.Run(() => HappenAsync(run, order, happening, nudged: true))));

            await _platform.EndAsync(run);
            var winner = (await _platform.DeploymentAsync(run)).SettledBy!;
            await _platform.AssertDeploymentSettledAsync(run, winner.Status, winner.Source);
        }
    }

    private static IEnumerable<IReadOnlyList<Happening>> Orders(int upTo)
    {
        IReadOnlyList<IReadOnlyList<Happening>> orders = [[]];
        for (var length = 1; length <= upTo; length++)
        {
            orders = [.. orders.SelectMany(order => Enum.GetValues<Happening>().Select(next => (IReadOnlyList<Happening>)[.. order, next]))];
            foreach (var order in orders) yield return order;
        }
    }

    private static bool IsCallback(Happening happening) => happening is Happening.CallbackSuccess or Happening.CallbackFailure or Happening.Duplicate;

    private static (OpsStatus Status, EvidenceSource Source) Winner(Happening first) => first switch
    {
        Happening.CallbackSuccess or Happening.Duplicate => (OpsStatus.SUCCESS, EvidenceSource.CALLBACK),
        Happening.CallbackFailure => (OpsStatus.FAILED, EvidenceSource.CALLBACK),
        Happening.PollSuccess => (OpsStatus.SUCCESS, EvidenceSource.POLL),
        Happening.Timeout => (OpsStatus.TIMEOUT, EvidenceSource.TIMEOUT),
    };

    private async Task HappenAsync(RunRequest run, IReadOnlyList<Happening> order, Happening happening, bool nudged)
    {
        switch (happening)
        {
            case Happening.CallbackSuccess:
                await _platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: nudged);
                break;
            case Happening.CallbackFailure:
                await _platform.CallBackAsync(run, OpsStatus.FAILED, nudge: nudged);
                break;
            case Happening.Duplicate:
                // Of the first callback there was, or of one of its own.
                var status = order.FirstOrDefault(IsCallback) == Happening.CallbackFailure ? OpsStatus.FAILED : OpsStatus.SUCCESS;
                await _platform.CallBackAsync(run, status, nudge: nudged);
                await _platform.CallBackAsync(run, status, nudge: nudged);
                break;
            case Happening.PollSuccess:
                _platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
                var evidence = new Evidence(EvidenceSource.POLL, OpsStatus.SUCCESS, "healthy", _platform.Time.GetUtcNow());
                await _platform.Get<DeploymentStore>().ReportAsync(run.DeployId(), evidence, ScriptedTarget.Up.Url, default);
                if (nudged) await DeploymentCalls.CallAsync(_platform.Durable, run.DeployId(), default);
                break;
            case Happening.Timeout:
                await _platform.Get<CheckDeploymentActivity>().Run(new DeploymentWait(run.DeployId(), 30, PollTimeout: 0), default);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happening));
        }
    }
}
