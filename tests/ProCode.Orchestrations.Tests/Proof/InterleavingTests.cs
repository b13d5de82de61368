using ProCode.Deployments;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>
/// Every order of what can happen to a deployment has one winner, and the same one in the deployment's row, the output of the orchestration that waited,
/// the pipeline, the run, the iteration, the ITERATION pipeline and what subscribers are told.
/// </summary>
public sealed class InterleavingTests
{
    // Enough at once for the engine to be busy, few enough for the rows to be found quickly.
    private const int RacesAtOnce = 50;

    private static readonly bool IsDeep = Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1";
    private static readonly int Longest = IsDeep ? 4 : 3;

    /// <summary>Whoever waits is called at once and is done before the next happens; polls and timeouts come by the clock.</summary>
    [Fact]
    public async Task Wait_EveryOrderByTheClock_HasOneWinnerEverywhere()
    {
        foreach (var orders in Orders(Longest).Chunk(RacesAtOnce))
        {
            await using var platform = await StartAsync();
            var races = await BeginAsync(platform, orders, (race, turn) => race.HappenAsync(platform, turn, isOrdered: false));
            for (var turn = 0; turn < Longest; turn++)
            {
                foreach (var race in races) await race.EndAsync(platform);
                foreach (var race in races.Where(race => race.Early <= turn && turn < race.Order.Count)) await race.HappenAsync(platform, turn, isOrdered: true);
                platform.Time.Advance(TimeSpan.FromSeconds(InterleavedRace.Turn));
                await platform.PollAsync();
            }

            await AssertAgreeAsync(platform, races, race => race.AssertOneWinnerAsync(platform));
        }
    }

    /// <summary>All calls get lost, so that all has happened at the rows before any orchestration looks.</summary>
    [Fact]
    public async Task Wait_EveryOrderUnheard_HasOneWinnerEverywhere()
    {
        foreach (var orders in Orders(IsDeep ? Longest : 2).Chunk(RacesAtOnce))
        {
            await using var platform = await StartAsync();
            var races = await BeginAsync(platform, orders, (race, turn) => race.HappenNowAsync(platform, race.Order[turn], nudge: false));
            foreach (var race in races)
            {
                for (var turn = race.Early; turn < race.Order.Count; turn++) await race.HappenNowAsync(platform, race.Order[turn], nudge: false);
            }

            foreach (var race in races) await DeploymentCalls.CallAsync(platform.Durable, race.Run.DeployId(), default);
            await AssertAgreeAsync(platform, races, race => race.AssertOneWinnerAsync(platform));
        }
    }

    /// <summary>Right before the write of the one the other happens: that has won.</summary>
    [Fact]
    public async Task Report_TheOtherComesRightBeforeTheWrite_HasOneWinnerEverywhere()
    {
        await using var platform = await StartAsync();
        var races = await BeginAsync(platform, Pairs(), (_, _) => Task.CompletedTask);
        foreach (var race in races)
        {
            // The order that counts is the order of the writes.
            var (late, first) = (race.Order[1], race.Order[0]);
            platform.Tables.Before(
                () => race.HappenNowAsync(platform, first, nudge: false),
                "$batch", AppRows.Deployment(race.Run.PipelineId, race.Run.Run, 1));
            await InterleavedRace.DoAsync(platform, race.Run, late, OpsStatus.SUCCESS, nudge: false);
            Assert.Equal(0, platform.Tables.ToCome);
        }

        foreach (var race in races) await DeploymentCalls.CallAsync(platform.Durable, race.Run.DeployId(), default);
        await AssertAgreeAsync(platform, races, async race =>
        {
            var deployment = await platform.DeploymentAsync(race.Run);
            Assert.Equal(race.Winner, (deployment.SettledBy!.Source, deployment.Status));
            await InterleavedRace.AssertAgreeAsync(platform, race.Run);
        });
    }

    /// <summary>Two at the same instant: either wins, and everybody says which.</summary>
    [Fact]
    public async Task Report_TwoAtTheSameInstant_HasOneWinnerEverywhere()
    {
        await using var platform = await StartAsync();
        var races = await BeginAsync(platform, Pairs(), (_, _) => Task.CompletedTask);
        foreach (var race in races)
            await Task.WhenAll(race.Order.Select(one => Task.Run(() => InterleavedRace.DoAsync(platform, race.Run, one, OpsStatus.SUCCESS, nudge: true))));
        await AssertAgreeAsync(platform, races, race => InterleavedRace.AssertAgreeAsync(platform, race.Run));
    }

    private static IEnumerable<IReadOnlyList<InterleavedEvent>> Orders(int longest)
    {
        IReadOnlyList<IReadOnlyList<InterleavedEvent>> orders = [[]];
        for (var length = 1; length <= longest; length++)
        {
            orders = [.. orders.SelectMany(order => Enum.GetValues<InterleavedEvent>().Select(next => (IReadOnlyList<InterleavedEvent>)[.. order, next]))];
            foreach (var order in orders) yield return order;
        }
    }

    // All but the early callback, which has nobody to be at the same time with.
    private static IReadOnlyList<IReadOnlyList<InterleavedEvent>> Pairs() =>
        [.. Orders(2).Where(order => order.Count == 2 && !order.Contains(InterleavedEvent.EarlyCallback))];

    private static async Task<TestPlatform> StartAsync()
    {
        var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.Then = InterleavedRace.Starting;
        return platform;
    }

    // Deployments that are waited for, after what happens before the target has answered.
    private static async Task<IReadOnlyList<InterleavedRace>> BeginAsync(
        TestPlatform platform, IReadOnlyList<IReadOnlyList<InterleavedEvent>> orders, Func<InterleavedRace, int, Task> happen)
    {
        var races = new Dictionary<string, InterleavedRace>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            var app = await platform.GivenAppAsync();
            var run = await platform.GivenPackagedReleaseAsync(app, TimeSpan.FromSeconds(InterleavedRace.Turn), TimeSpan.FromSeconds(InterleavedRace.PollTimeout(order)));
            var events = new SubscriptionChange(InterleavedNews.UrlOf(app.Id), ["deployment.status_changed", "pipeline.status_changed"], null, Enabled: true);
            var subscription = await platform.Get<SubscriptionSecrets>().CreateAsync(app.Id, app.Id, events, default);
            races.Add(run.DeployId().ToString(), new InterleavedRace(run, subscription.Value, order));
        }

        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        platform.Target.WhileOrdering = async request =>
        {
            var race = races[request.DeployId];
            try
            {
                for (var turn = 0; turn < race.Early; turn++) await happen(race, turn);
            }
            catch (Exception e)
            {
                failures.Enqueue(new InvalidOperationException($"[{race}]", e));
            }
        };
        foreach (var race in races.Values) await platform.BeginAsync(race.Run);
        foreach (var race in races.Values)
        {
            if (race.Early == 0) await platform.WaitsForDeploymentAsync(race.Run);
            else await race.EndAsync(platform);
        }

        Assert.Empty(failures);
        return [.. races.Values];
    }

    private static async Task AssertAgreeAsync(TestPlatform platform, IReadOnlyList<InterleavedRace> races, Func<InterleavedRace, Task> assert)
    {
        await Commands.SweepAsync(platform);
        foreach (var race in races) await platform.EndAsync(race.Run);
        await InterleavedNews.AllToldAsync(platform, races.Select(race => race.Subscription));
        foreach (var race in races)
        {
            try
            {
                await assert(race);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"[{race}]: {e.Message}", e);
            }
        }
    }
}
