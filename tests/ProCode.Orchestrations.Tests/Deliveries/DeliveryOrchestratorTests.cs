using Microsoft.DurableTask.Client;
using ProCode.Deliveries;
using ProCode.Iterations;
using ProCode.Orchestrations.Deliveries;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deliveries;

public sealed class DeliveryOrchestratorTests
{
    private const string Main = "refs/heads/main";

    [Fact]
    public async Task Run_TheHostIsDownForAWhile_GoesOnWhenItIsBack()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        platform.Git.Down = Hooks.Away;
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main);
        var begin = platform.Time.GetUtcNow();
        await platform.BeginAsync(delivery);
        await platform.PassTimeAsync(TimeSpan.FromSeconds(5), () => Task.FromResult(platform.Git.Asked >= 5));

        var waiting = await platform.DeliveryAsync(delivery);
        Assert.Equal(DeliveryStatus.RECEIVED, waiting.Status);
        Assert.Contains("GIT_HOST_UNAVAILABLE", waiting.LedTo!.Text, StringComparison.Ordinal);
        Assert.True(platform.Time.GetUtcNow() - begin >= TimeSpan.FromSeconds(30 + 60 + 120 + 240), "The pauses do not grow.");

        platform.Git.Down = null;
        await platform.PassTimeAsync(TimeSpan.FromMinutes(1), async () => (await platform.DeliveryAsync(delivery)).IsSettled);
        Assert.Equal(DeliveryStatus.APPLIED, (await platform.EndAsync(delivery)).Status);
        Assert.Equal(platform.Git.Head, (await platform.Get<IterationStore>().FindAsync(iteration.Id, default))!.Value.LastCommitId);
    }

    [Fact]
    public async Task Run_TheHostIsDownForADay_FailsAndSaysWhy()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        platform.Git.Down = Hooks.Away;
        var begin = platform.Time.GetUtcNow();

        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main));

        Assert.Equal(DeliveryStatus.FAILED, ended.Status);
        Assert.Equal("GIT_HOST_UNAVAILABLE: The git host does not answer.", ended.LedTo!.Text);
        Assert.Equal(DeliveryPauses.Tries, platform.Git.Asked);
        Assert.InRange(platform.Time.GetUtcNow() - begin, TimeSpan.FromHours(23), TimeSpan.FromHours(26));
    }

    [Fact]
    public async Task Run_OurStorageIsAwayLongerThanTheActivitysRetries_TriesAgainLater()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main);
        for (var i = 0; i < 7; i++) platform.Tables.BreakBefore("DELETE", "outbox-APPLY_DELIVERY");

        Assert.Equal(DeliveryStatus.APPLIED, (await platform.CarryOutAsync(delivery)).Status);
    }

    [Fact]
    public async Task Sweep_TheEngineNeverHeardOfADelivery_StartsIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main);
        platform.Time.Advance(TimeSpan.FromSeconds(11));

        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);

        Assert.Equal(DeliveryStatus.APPLIED, (await platform.EndAsync(delivery)).Status);
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task TryStartAsync_Often_IsOneOrchestrationThatIsNeverStartedOver()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => platform.BeginAsync(delivery)));
        await platform.EndAsync(delivery);
        await platform.BeginAsync(delivery);

        Assert.Equal(1, platform.Git.Asked);
        var instance = await platform.Durable.GetInstancesAsync(InstanceIds.ForDelivery(delivery.Request()));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance!.RuntimeStatus);
    }

    [Fact]
    public async Task RemoveOldAsync_AfterThirtyDays_LeavesNothingOfADelivery()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        Assert.True(await platform.ApplyAsync(await platform.GivenDeliveryAsync(app, secret, "refs/tags/v1.0.0")));
        await platform.GivenDeliveryAsync(app, secret, "refs/tags/feature/x");
        platform.Time.Advance(DeliveryStore.Kept - TimeSpan.FromTicks(1));
        var young = await platform.GivenDeliveryAsync(app, secret, Main);
        await RemoveAsync();
        Assert.Equal(3, (await platform.DeliveriesAsync(app)).Count);

        platform.Time.Advance(TimeSpan.FromTicks(2));
        await RemoveAsync();

        Assert.Equal(young.Id, Assert.Single(await platform.DeliveriesAsync(app)).Id);
        Assert.Equal(2, (await platform.RowsAsync(TableNames.Apps)).Count(row => row.Contains("/delivery-", StringComparison.Ordinal)));

        Task RemoveAsync() => platform.Get<DeliveryStore>().RemoveOldAsync(default);
    }

    [Fact]
    public async Task ListAsync_ByStatusAndPage_GivesTheNewestFirst()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var made = new List<Delivery>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await platform.GivenDeliveryAsync(app, secret, i % 2 == 0 ? Main : "refs/notes/x"));
            platform.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var store = platform.Get<DeliveryStore>();
        var first = (await store.ListAsync(app.Id, null, 3, null, default)).Value;
        var rest = (await store.ListAsync(app.Id, null, 3, first.Continuation, default)).Value;
        var ignored = (await store.ListAsync(app.Id, DeliveryStatus.IGNORED, 50, null, default)).Value;

        made.Reverse();
        Assert.Equal(made.Select(delivery => delivery.Id), first.Items.Concat(rest.Items).Select(delivery => delivery.Id));
        Assert.Equal([made[1].Id, made[3].Id], ignored.Items.Select(delivery => delivery.Id));
    }
}
