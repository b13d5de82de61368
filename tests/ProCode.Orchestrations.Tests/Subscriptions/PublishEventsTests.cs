using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Subscriptions;

/// <summary>From an event's debt to its deliveries.</summary>
public sealed class PublishEventsTests
{
    [Fact]
    public async Task RunAsync_ManyEventsAndSubscriptions_IsOneDeliveryForEachThatWantsIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        var all = new List<SubscriptionWithSecret>();
        for (var i = 0; i < 19; i++) all.Add(await platform.GivenSubscriptionAsync(app));
        var other = await platform.GivenSubscriptionAsync(app, "iteration.status_changed");
        var events = new List<string>();
        for (var i = 0; i < 7; i++) events.Add(await platform.GivenEventAsync(app));

        // Several at once, as writers and the sweep would.
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => platform.Get<PublishEvents>().RunAsync(app.Id, default))));

        Assert.Equal(19 * 7, made.Sum(part => part.Count));
        foreach (var to in all) Assert.Equal(events.Order(), (await platform.DeliveriesAsync(to)).Select(delivery => delivery.EventId).Order());
        Assert.Empty(await platform.DeliveriesAsync(other));
        Assert.All(await platform.DebtsAsync(app.Id), debt => Assert.Equal(OutboxKind.START_EVENT_DELIVERY, debt.Kind));
    }

    [Fact]
    public async Task PayAsync_NobodySubscribes_LooksOnceAndLeavesTheRestToTheSweep()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        for (var i = 0; i < 120; i++) await platform.GivenEventAsync(app);
        var before = platform.Tables.Requests;
        await platform.PublishAsync(app);
        await platform.PublishAsync(app);
        Assert.Equal(1, platform.Tables.Requests - before);

        await platform.SweepAsync();

        Assert.Empty(await platform.DebtsAsync(app.Id));
        Assert.DoesNotContain(await platform.RowsAsync(TableNames.Apps), row => row.Contains(AppRows.EventDeliveryPrefix, StringComparison.Ordinal));
        Assert.Empty(platform.Receiver.Sent);
    }

    [Fact]
    public async Task PayAsync_TheProcessBelievesThatNobodySubscribes_TheSweepDelivers()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        await platform.PublishAsync(app);
        var here = platform.Services;
        platform.Restart();
        var to = await platform.GivenSubscriptionAsync(app); // In another process.
        await platform.GivenEventAsync(app);

        await here.GetRequiredService<EventPublisher>().PayAsync(platform.Durable, app.Id, default);
        Assert.Empty(await platform.DeliveriesAsync(to));
        await platform.SweepAsync();

        Assert.Equal(EventDeliveryStatus.DELIVERED, (await platform.EndAsync(to)).Status);
    }

    [Fact]
    public async Task RunAsync_ADeliveryIsThereAlready_MakesTheOthersAndEnds()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        var (first, second) = (await platform.GivenSubscriptionAsync(app), await platform.GivenSubscriptionAsync(app));
        await platform.GivenEventAsync(app);
        var row = Assert.Single(await platform.Get<AppPartition>().ReadPrefixAsync(app.Id, "outbox-PUBLISH_EVENT", default));
        var told = TableEntityJson.Get<StatusEvent>(row, StatusEvents.Event)!;
        var there = EventDelivery.Of(told, first.Subscription, platform.Time.GetUtcNow());
        await platform.Get<AppPartition>().CommitAsync(app.Id, EventDeliveryStore.Insert(there), default);

        var made = await platform.Get<PublishEvents>().RunAsync(app.Id, default);

        Assert.Equal(second.Subscription.Id, Assert.Single(made).SubscriptionId);
    }

    [Fact]
    public async Task CreateAsync_MoreThanTwentyAtOnce_IsTwenty()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var app = await platform.GivenAppAsync();
        var change = new SubscriptionChange(Subscribers.Url, [Subscription.AllEvents], null, Enabled: true);

        var made = await Task.WhenAll(Enumerable.Range(1, 25).Select(id =>
            Task.Run(() => platform.Get<SubscriptionSecrets>().CreateAsync(app.Id, id, change, default))));

        Assert.Equal(20, made.Count(one => one.Succeeded));
        Assert.All(made.Where(one => !one.Succeeded), one => Assert.Equal(SubscriptionErrors.TooMany, one.Error!.Code));
        Assert.Equal(20, (await platform.Get<SubscriptionStore>().ListAsync(app.Id, default)).Count);
    }

    /// <summary>Every write from the event's debt to the settled deliveries, cut off before and after it; what is left, the sweep does.</summary>
    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Gone)]
    public async Task Publish_ItsProcessDiesAtAnyWrite_DeliversOnceToEachUnderOneId(HttpStatusCode answer)
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
            var app = await platform.GivenAppAsync();
            var receivers = new[] { await platform.GivenSubscriptionAsync(app), await platform.GivenSubscriptionAsync(app) };
            platform.Receiver.Answers = _ => new HttpResponseMessage(answer);
            string[] events = [await platform.GivenEventAsync(app), await platform.GivenEventAsync(app)];

            await platform.Get<DeploymentPolling>().RunAsync(platform.Durable, default); // Makes its table.
            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            await platform.PublishAsync(app);
            if (writes.HasDied) platform.Restart();

            // The engine repeats what an activity died of; the sweep does what was never begun.
            await platform.PassTimeAsync(TimeSpan.FromSeconds(1), async () =>
            {
                foreach (var to in receivers)
                {
                    var deliveries = await platform.DeliveriesAsync(to);
                    if (deliveries.Count == 2 && deliveries.All(delivery => delivery.IsSettled)) continue;
                    await platform.SweepAsync();
                    return false;
                }

                return true;
            });
            writes.IsArmed = false;
            await platform.SweepAsync();
            await platform.SweepAsync();

            foreach (var to in receivers)
            {
                var deliveries = await platform.DeliveriesAsync(to);
                Assert.Equal(events.Order(), deliveries.Select(delivery => delivery.EventId).Order());
                var delivered = answer == HttpStatusCode.OK;
                Assert.All(deliveries, delivery => Assert.Equal(delivered, delivery.Status == EventDeliveryStatus.DELIVERED));
                Assert.Equal(delivered, (await platform.SubscriptionAsync(to)).Enabled);
            }

            // A death between sending and noting it sends again, under the same id and with the same body; nothing else does.
            var most = writes.HasDied ? 5 : 4;
            Assert.InRange(platform.Receiver.Sent.Count, answer == HttpStatusCode.OK ? 4 : 2, most);
            Assert.All(platform.Receiver.Sent.GroupBy(sent => sent.Headers.Id), one => Assert.Single(one.Select(sent => Convert.ToBase64String(sent.Body)).Distinct()));
            Assert.Empty(await platform.DebtsAsync(app.Id));
            if (!writes.HasDied)
            {
                Assert.True(death >= 14, $"only {death / 2} writes");
                return;
            }
        }
    }
}
