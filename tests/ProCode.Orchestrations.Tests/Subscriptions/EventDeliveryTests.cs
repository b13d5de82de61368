using System.Net;
using ProCode.Apps;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Subscriptions;
using ProCode.Testing;

namespace ProCode.Orchestrations.Tests.Subscriptions;

/// <summary>Deliveries on their schedule, on the engine and by a clock that the test moves.</summary>
public sealed class EventDeliveryTests
{
    [Fact]
    public async Task Run_TheReceiverNeverTakesIt_IsAttemptedTenTimesOnScheduleAndThenADeadLetter()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = sent => platform.Receiver.Sent.Count % 2 == 0
            ? throw new HttpRequestException("refused")
            : new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent(new string('x', 1000)) };
        var id = await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);

        await AttemptedAsync(platform, to, 1);
        foreach (var (index, pause) in EventSchedule.Pauses.Index())
        {
            var attempts = index + 1;
            var waiting = await platform.DeliveryAsync(to);
            Assert.Equal((EventDeliveryStatus.PENDING, attempts), (waiting.Status, waiting.Tries));
            Assert.InRange(waiting.NextAttemptAt - waiting.Attempts[^1].At, pause, pause * 1.1);
            Assert.True(platform.Verifies(platform.Receiver.Sent[^1], to.Secret)); // So its timestamp is a fresh one.

            // Not a moment sooner. How soon afterwards the engine looks at its timers is not the schedule's matter.
            platform.Time.Advance(waiting.NextAttemptAt - platform.Time.GetUtcNow() - TimeSpan.FromTicks(1));
            Assert.Equal(waiting.NextAttemptAt, (await platform.AttemptAsync(waiting)).At);
            Assert.Equal(attempts, platform.Receiver.Sent.Count);
            platform.Time.Advance(TimeSpan.FromTicks(1));
            await platform.PassTimeAsync(pause / 20, async () => (await platform.DeliveryAsync(to)).Attempts.Count > attempts);
        }

        var dead = await platform.EndAsync(to);
        Assert.Equal((EventDeliveryStatus.DEAD, 10), (dead.Status, dead.Attempts.Count));
        Assert.Equal("The receiver did not take it in 10 attempts.", dead.DeadBecause);
        Assert.Equal((500, new string('x', 500)), (dead.Attempts[0].StatusCode, dead.Attempts[0].Answer));
        Assert.Equal((null, "refused"), (dead.Attempts[1].StatusCode, dead.Attempts[1].Error));
        var sent = platform.Receiver.Sent;
        Assert.All(sent, one => Assert.Equal((id, true), (one.Headers.Id, one.Body.AsSpan().SequenceEqual(sent[0].Body))));
        Assert.Equal(10, sent.Select(one => one.Headers.Timestamp).Distinct().Count());
        Assert.True(sent[^1].At - sent[0].At > TimeSpan.FromHours(75));
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task Run_TheReceiverTakesItAtLast_IsDeliveredAndNotSentAgain()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ => new HttpResponseMessage(platform.Receiver.Sent.Count == 1 ? HttpStatusCode.Found : HttpStatusCode.Accepted);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        await AttemptedAsync(platform, to, 1);
        await platform.PassTimeAsync(TimeSpan.FromSeconds(6), async () => (await platform.DeliveryAsync(to)).IsSettled);

        var delivered = await platform.EndAsync(to);
        await platform.AttemptAsync(delivered);

        Assert.Equal((EventDeliveryStatus.DELIVERED, 2), (delivered.Status, platform.Receiver.Sent.Count));
        Assert.Equal([302, 202], delivered.Attempts.Select(attempt => attempt.StatusCode));
    }

    [Theory]
    [InlineData(3600, 3600)]
    [InlineData(1, 5)]
    [InlineData(10_000_000, 86_400)]
    public async Task Run_RetryAfter_IsHonouredBetweenThePauseAndADay(int asked, int expected)
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ =>
        {
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new(TimeSpan.FromSeconds(asked));
            return busy;
        };
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);

        await AttemptedAsync(platform, to, 1);

        var pause = (await platform.DeliveryAsync(to)).NextAttemptAt - platform.Time.GetUtcNow();
        Assert.InRange(pause, TimeSpan.FromSeconds(expected), TimeSpan.FromSeconds(expected == 5 ? 5.5 : expected));
    }

    [Fact]
    public async Task Run_TheReceiverIsGone_DisablesTheSubscriptionAndEndsWhatWaits()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.InternalServerError);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        await AttemptedAsync(platform, to, 1);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.Gone);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        await WaitFor.Async(async () => !(await platform.SubscriptionAsync(to)).Enabled);
        Assert.Contains("410", (await platform.SubscriptionAsync(to)).DisabledBecause, StringComparison.Ordinal);

        await platform.GivenEventAsync(app); // Told to nobody.
        await platform.PublishAsync(app);
        await platform.PassTimeAsync(TimeSpan.FromSeconds(6), async () => (await platform.DeliveriesAsync(to)).All(delivery => delivery.IsSettled));

        var dead = await platform.DeliveriesAsync(to, EventDeliveryStatus.DEAD);
        Assert.Equal(2, dead.Count);
        Assert.Contains(dead, delivery => delivery.DeadBecause == "The subscription is disabled.");
        Assert.Equal(2, platform.Receiver.Sent.Count);
    }

    [Fact]
    public async Task Run_ItsUrlChangedWhileTheOldOneSaidGone_StaysEnabled()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.Gone);
        platform.Receiver.BeforeAnswering = () => platform.Get<SubscriptionStore>().ChangeAsync(
            app.Id, to.Subscription.Id, _ => null, found => found with { Url = "https://elsewhere.test/" }, default);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);

        Assert.Equal(EventDeliveryStatus.DEAD, (await platform.EndAsync(to)).Status);
        Assert.True((await platform.SubscriptionAsync(to)).Enabled);
    }

    [Fact]
    public async Task Run_WhileTheSecretIsRotated_IsSignedWithBothForADay()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var old = await platform.GivenSubscriptionAsync(app);
        var fresh = (await platform.Get<SubscriptionSecrets>().RotateAsync(app.Id, old.Subscription.Id, 1, default)).Value;
        var repeated = (await platform.Get<SubscriptionSecrets>().RotateAsync(app.Id, old.Subscription.Id, 1, default)).Value;
        Assert.Equal(fresh.Secret, repeated.Secret);
        Assert.NotEqual(old.Secret, fresh.Secret);
        Assert.Equal(fresh.Subscription, (repeated.Subscription with { Events = fresh.Subscription.Events, Rotations = fresh.Subscription.Rotations }));

        platform.Time.Advance(Subscription.Overlap - TimeSpan.FromSeconds(1));
        var during = await SentAsync();
        Assert.Equal((true, true), (platform.Verifies(during, old.Secret), platform.Verifies(during, fresh.Secret)));
        Assert.Equal(2, during.Headers.Signature.Split(' ').Length);

        platform.Time.Advance(TimeSpan.FromSeconds(2));
        var after = await SentAsync();
        Assert.Equal((false, true), (platform.Verifies(after, old.Secret), platform.Verifies(after, fresh.Secret)));

        // A repetition that comes after a later rotation rotates nothing either.
        var newest = (await platform.Get<SubscriptionSecrets>().RotateAsync(app.Id, old.Subscription.Id, 2, default)).Value;
        Assert.Null((await platform.Get<SubscriptionSecrets>().RotateAsync(app.Id, old.Subscription.Id, 1, default)).Value.Secret);
        Assert.Equal(newest.Subscription.ProtectedSecret, (await platform.SubscriptionAsync(old)).ProtectedSecret);

        async Task<SentEvent> SentAsync()
        {
            var count = platform.Receiver.Sent.Count;
            await platform.GivenEventAsync(app);
            await platform.PublishAsync(app);
            await WaitFor.Async(() => platform.Receiver.Sent.Count > count);
            return platform.Receiver.Sent[^1];
        }
    }

    [Fact]
    public async Task Run_ASecretCantBeOpened_FailsTheAttemptUnlessAnotherSigns()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        await platform.Get<SubscriptionStore>().ChangeAsync(app.Id, to.Subscription.Id, _ => null, found => found with { ProtectedSecret = "v1.gone.x.x" }, default);
        await platform.GivenEventAsync(app);
        var delivery = Assert.Single(await platform.Get<PublishEvents>().RunAsync(app.Id, default));

        Assert.NotNull((await platform.AttemptAsync(delivery)).At);
        Assert.Contains("can't be opened", (await platform.DeliveryAsync(to)).Attempts[^1].Error, StringComparison.Ordinal);
        var fresh = (await platform.Get<SubscriptionSecrets>().RotateAsync(app.Id, to.Subscription.Id, 1, default)).Value;
        platform.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null((await platform.AttemptAsync(delivery)).At);

        Assert.True(platform.Verifies(Assert.Single(platform.Receiver.Sent), fresh.Secret));
    }

    [Fact]
    public async Task Replay_OfADeadLetter_IsARoundOfItsOwnUnderTheSameId()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.Gone);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        var dead = await platform.EndAsync(to);
        var replay = platform.Get<ReplayEvents>();
        Assert.Equal(SubscriptionErrors.Disabled, (await replay.RunAsync(app.Id, to.Subscription.Id, dead.Id, 7, default)).Error?.Code);
        await platform.Get<SubscriptionStore>().ChangeAsync(app.Id, to.Subscription.Id, _ => null, found => found with { Enabled = true }, default);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.OK);

        var begun = (await replay.RunAsync(app.Id, to.Subscription.Id, dead.Id, 7, default)).Value;
        var again = (await replay.RunAsync(app.Id, to.Subscription.Id, dead.Id, 7, default)).Value;
        await platform.SweepAsync();

        var delivered = await platform.EndAsync(to);
        Assert.Equal((2, 2, EventDeliveryStatus.DELIVERED), (begun.Round, again.Round, delivered.Status));
        Assert.Equal([dead.EventId, dead.EventId], platform.Receiver.Sent.Select(sent => sent.Headers.Id));
        Assert.Equal(SubscriptionErrors.DeliveryNotFound, (await replay.RunAsync(app.Id, to.Subscription.Id, "x' or 1 eq 1", 8, default)).Error?.Code);
    }

    [Fact]
    public async Task Replay_OfOneThatWaits_SendsItAtOnceAndTheEarlierRoundNothingMore()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        platform.Receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.InternalServerError);
        await platform.GivenEventAsync(app);
        await platform.PublishAsync(app);
        await AttemptedAsync(platform, to, 1);
        var first = await platform.DeliveryAsync(to);

        await platform.Get<ReplayEvents>().RunAsync(app.Id, to.Subscription.Id, first.Id, 7, default);
        await platform.SweepAsync();
        await AttemptedAsync(platform, to, 2);

        Assert.Null((await platform.AttemptAsync(first)).At);
        Assert.Equal((2, 1), (platform.Receiver.Sent.Count, (await platform.DeliveryAsync(to)).Tries));
    }

    [Fact]
    public async Task Replay_OfARange_TakesItsDeadLettersOnly()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        var deliveries = new List<EventDelivery>();
        var begin = platform.Time.GetUtcNow();
        for (var i = 0; i < 4; i++)
        {
            // The second is delivered; the others die, the last one outside of the range.
            await platform.GivenEventAsync(app);
            var delivery = Assert.Single(await platform.Get<PublishEvents>().RunAsync(app.Id, default));
            if (i != 1) await GiveUpAsync(platform, app, to, delivery);
            else await platform.AttemptAsync(delivery);
            deliveries.Add(delivery);
            platform.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var filter = new EventDeliveryFilter(app.Id, to.Subscription.Id, EventDeliveryStatus.DEAD, begin, begin + TimeSpan.FromMinutes(3));
        var replayed = (await platform.Get<ReplayEvents>().RunAsync(filter, 7, default)).Value;
        var repeated = (await platform.Get<ReplayEvents>().RunAsync(filter, 7, default)).Value;

        Assert.Equal([deliveries[2].Id, deliveries[0].Id], replayed.Begun.Select(delivery => delivery.Id));
        Assert.Equal((null, 0), (replayed.RestEnds, repeated.Begun.Count));
        Assert.Equal(deliveries[3].Id, Assert.Single(await platform.DeliveriesAsync(to, EventDeliveryStatus.DEAD)).Id);
    }

    [Fact]
    public async Task Replay_MoreThanAreReplayedAtOnce_TheRestFollows()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        for (var i = 0; i < ReplayEvents.MaxDeliveries + 2; i++)
        {
            await platform.GivenEventAsync(app);
            platform.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var all = await platform.Get<PublishEvents>().RunAsync(app.Id, default);
        var filter = new EventDeliveryFilter(app.Id, to.Subscription.Id, EventDeliveryStatus.PENDING, DateTimeOffset.UnixEpoch, platform.Time.GetUtcNow());
        var first = (await platform.Get<ReplayEvents>().RunAsync(filter, 7, default)).Value;
        var rest = (await platform.Get<ReplayEvents>().RunAsync(filter with { To = first.RestEnds }, 8, default)).Value;

        Assert.Equal((ReplayEvents.MaxDeliveries, null), (first.Begun.Count, rest.RestEnds));
        Assert.Equal(all.Select(delivery => delivery.Id).Order(), first.Begun.Concat(rest.Begun).Select(delivery => delivery.Id).Distinct().Order());
    }

    /// <summary>Its start is paid, and the engine has lost it since.</summary>
    [Fact]
    public async Task OweLost_ADeliveryThatNobodyCarriesOut_IsDelivered()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        await platform.GivenEventAsync(app);
        var lost = Assert.Single(await platform.Get<PublishEvents>().RunAsync(app.Id, default));
        await platform.Get<Outbox>().ForgetAsync(app.Id, EventDeliveryStore.Debt(lost), default);

        await platform.Get<EventDeliveryStore>().OweLostAsync(default);
        Assert.Empty(await platform.DebtsAsync(app.Id)); // It may only be slow.
        platform.Time.Advance(TimeSpan.FromMinutes(61));
        await platform.Get<EventDeliveryStore>().OweLostAsync(default);
        await platform.SweepAsync();

        Assert.Equal(EventDeliveryStatus.DELIVERED, (await platform.EndAsync(to)).Status);
        await platform.Get<EventDeliveryStore>().OweLostAsync(default);
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task Run_TheSubscriptionIsDeletedMeanwhile_SendsNothing()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        await platform.GivenEventAsync(app);
        var delivery = Assert.Single(await platform.Get<PublishEvents>().RunAsync(app.Id, default));
        await platform.Get<SubscriptionStore>().DeleteAsync(app.Id, to.Subscription.Id, _ => null, default);

        Assert.Null((await platform.AttemptAsync(delivery)).At);

        Assert.Equal((EventDeliveryStatus.DEAD, "The subscription was deleted."), ((await platform.DeliveryAsync(to)).Status, (await platform.DeliveryAsync(to)).DeadBecause));
        Assert.Empty(platform.Receiver.Sent);
    }

    [Fact]
    public async Task RemoveOldAsync_AfterItsTime_TakesDeliveredOnesBeforeDeadLetters()
    {
        await using var platform = await StartAsync();
        var app = await platform.GivenAppAsync();
        var to = await platform.GivenSubscriptionAsync(app);
        for (var i = 0; i < 3; i++) await platform.GivenEventAsync(app);
        var made = await platform.Get<PublishEvents>().RunAsync(app.Id, default);
        await platform.AttemptAsync(made[0]);
        await GiveUpAsync(platform, app, to, made[1]);

        foreach (var (days, left) in ((double, int)[])[(0, 3), (30, 3), (0.1, 2), (59.8, 2), (0.2, 1)]) Assert.Equal(left, await AfterAsync(days));
        Assert.Equal(made[2].Id, (await platform.DeliveryAsync(to)).Id); // What isn't settled stays.

        async Task<int> AfterAsync(double days)
        {
            platform.Time.Advance(TimeSpan.FromDays(days));
            await platform.Get<EventDeliveryStore>().RemoveOldAsync(default);
            return (await platform.DeliveriesAsync(to)).Count;
        }
    }

    private static async Task<TestPlatform> StartAsync()
    {
        var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Receiver.Time = platform.Time;
        return platform;
    }

    private static Task AttemptedAsync(TestPlatform platform, SubscriptionWithSecret to, int attempts) => WaitFor.Async(async () =>
        (await platform.DeliveriesAsync(to)).Any(delivery => delivery.Attempts.Count == attempts), what: $"attempt {attempts}");

    private static async Task GiveUpAsync(TestPlatform platform, App app, SubscriptionWithSecret to, EventDelivery delivery)
    {
        await EnableAsync(false);
        await platform.AttemptAsync(delivery);
        await EnableAsync(true);

        Task EnableAsync(bool enabled) =>
            platform.Get<SubscriptionStore>().ChangeAsync(app.Id, to.Subscription.Id, _ => null, found => found with { Enabled = enabled }, default);
    }
}
