using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using ProCode.Credentials;
using ProCode.Deliveries;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Tests.Deliveries;

public sealed class TakeDeliveryTests
{
    private const string Push = """{"ref":"refs/heads/main"}""";

    [Fact]
    public async Task RunAsync_APush_WritesItAndOwesItsStart()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();

        var taken = (await platform.TryTakeAsync(app, platform.Signed(secret, Push))).Value;

        var delivery = Assert.Single(await platform.DeliveriesAsync(app));
        Assert.Equal(TestPlatform.Text(taken), TestPlatform.Text(delivery));
        Assert.Equal((HookEventKind.PUSH, "refs/heads/main", DeliveryStatus.RECEIVED), (delivery.Event, delivery.Ref, delivery.Status));
        Assert.Equal(new OutboxEntry(OutboxKind.APPLY_DELIVERY, app.Id, 1, delivery.Id), Assert.Single(await platform.DebtsAsync(app.Id)));
        Assert.Matches("^delivery-[0-9a-f]{32}$", InstanceIds.ForDelivery(delivery.Request()));
    }

    // That is all that a git host waits for, and it gives up after seconds (GitHub after 10): what follows is the orchestration's.
    [Fact]
    public async Task RunAsync_InAProcessThatKnowsTheApp_TakesTwoRoundTripsAndAsksNoGitHost()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();
        await platform.TryTakeAsync(app, platform.Signed(secret, Push));
        var request = platform.Signed(secret, Push);
        var (before, asked) = (platform.Tables.Requests, platform.Git.Asked);
        platform.Git.Down = () => throw new InvalidOperationException("Nobody asks it.");

        await platform.TryTakeAsync(app, request);

        Assert.Equal((2, 0), (platform.Tables.Requests - before, platform.Git.Asked - asked));
    }

    [Fact]
    public async Task RunAsync_TheSameAgain_IsAnsweredTheSameAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var first = (await platform.TryTakeAsync(app, platform.Signed(secret, Push, "once"))).Value;
        var rows = await platform.RowsAsync(TableNames.Apps);

        platform.Restart();
        platform.Time.Advance(TimeSpan.FromMinutes(2));
        var second = (await platform.TryTakeAsync(app, platform.Signed(secret, Push, "once"))).Value;

        Assert.Equal(TestPlatform.Text(first), TestPlatform.Text(second));
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_TenOfTheSameAtOnce_AreOneRow()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var request = platform.Signed(secret, Push);

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => platform.TryTakeAsync(app, request))));

        var delivery = Assert.Single(await platform.DeliveriesAsync(app));
        Assert.All(taken, one => Assert.Equal(TestPlatform.Text(delivery), TestPlatform.Text(one.Value)));
        Assert.Single(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task RunAsync_ItsWriteDoesNotGetThrough_LeavesNothingAndIsTakenAgain()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var rows = await platform.RowsAsync(TableNames.Apps);
        var request = platform.Signed(secret, Push);

        platform.Tables.BreakBefore("$batch");
        await Assert.ThrowsAnyAsync<Exception>(() => platform.TryTakeAsync(app, request));
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));

        platform.Tables.BreakAfter("$batch");
        await Assert.ThrowsAnyAsync<Exception>(() => platform.TryTakeAsync(app, request));
        var delivery = Assert.Single(await platform.DeliveriesAsync(app));
        Assert.Equal(delivery.Id, (await platform.TryTakeAsync(app, request)).Value.Id);
        Assert.Single(await platform.DeliveriesAsync(app));
    }

    [Theory]
    [InlineData("""{"ref":"refs/notes/commits"}""")]
    [InlineData("""{"zen":"Keep it logically awesome."}""")]
    [InlineData("""{"ref":7}""")]
    [InlineData("""{"ref":"refs/heads/"}""")]
    [InlineData("""{"ref":"refs/heads/a..b"}""")]
    [InlineData("""{"ref":"refs/heads/\ud800"}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("payload=%7B%7D")]
    public async Task RunAsync_WhatMeansNothing_IsIgnoredWithAReasonAndOwesNothing(string body)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();

        var delivery = (await platform.TryTakeAsync(app, platform.Signed(secret, body))).Value;

        Assert.Equal((DeliveryStatus.IGNORED, HookEventKind.OTHER), (delivery.Status, delivery.Event));
        Assert.NotEmpty(delivery.LedTo!.Text);
        Assert.NotNull(delivery.SettledAt);
        Assert.Empty(await platform.DebtsAsync(app.Id));
        Assert.Single(await platform.DeliveriesAsync(app));
    }

    [Fact]
    public async Task RunAsync_NotAuthentic_LeavesNothingButACount()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var bare = await platform.GivenAppAsync();
        var rows = await platform.RowsAsync(TableNames.Apps);
        var counted = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "procode.deliveries.refused") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted += tags.Length == 1 && tags[0].Key == "git.type" && tags[0].Value is "git" ? count : 0);
        listener.Start();

        HookRequest[] forged =
        [
            platform.Signed(StandardWebhook.NewSecret(), Push),
            platform.Signed(secret, Push) with { Body = "{}"u8.ToArray() },
            new HookRequest(new HeaderDictionary(), default),
        ];
        foreach (var request in forged) AssertRefused(await platform.TryTakeAsync(app, request));
        AssertRefused(await platform.TryTakeAsync(bare, platform.Signed(secret, Push))); // Its repository has no secret.
        var old = platform.Signed(secret, Push);
        platform.Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        AssertRefused(await platform.TryTakeAsync(app, old));

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        Assert.True(counted >= 5, $"{counted} were counted"); // Other tests count in the same process.

        static void AssertRefused(Result<Delivery> result) => Assert.Equal(WebhookErrors.SignatureInvalid, result.Error!.Code);
    }

    [Theory]
    [InlineData(GitType.GitHub, 0)]
    [InlineData(GitType.Git, 999)]
    public async Task RunAsync_AnotherHostOrNoRepository_IsNotFound(GitType type, long further)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, secret) = await platform.GivenHookedAppAsync();

        var refused = await platform.TryTakeAsync(app with { Id = app.Id + further }, platform.Signed(secret, Push), type);

        Assert.Equal(GeneralErrors.NotFound, refused.Error!.Code);
    }

    [Fact]
    public async Task RunAsync_ARetiredSecret_IsGoodOnlyWithinTheOverlap()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var (app, retired) = await platform.GivenHookedAppAsync();
        var fresh = StandardWebhook.NewSecret();
        var kept = await platform.Get<SecretProtector>().ProtectAsync(fresh, Repo.SecretPurpose(app.Id), default);
        var until = platform.Time.GetUtcNow() + RepoWebhook.Overlap;
        await platform.Get<RepoStore>().ApplyAsync(
            app.Id,
            repo => repo with { Webhook = new RepoWebhook(WebhookState.MANUAL, kept) { RetiredSecret = repo.Webhook!.ProtectedSecret, RetiredUntil = until } },
            default);

        Assert.True((await TakeAsync(retired)).Succeeded);
        Assert.True((await TakeAsync(fresh)).Succeeded);
        platform.Time.Advance(RepoWebhook.Overlap - TimeSpan.FromTicks(1));
        Assert.True((await TakeAsync(retired)).Succeeded);
        platform.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(WebhookErrors.SignatureInvalid, (await TakeAsync(retired)).Error!.Code);
        Assert.True((await TakeAsync(fresh)).Succeeded);

        Task<Result<Delivery>> TakeAsync(string secret) => platform.TryTakeAsync(app, platform.Signed(secret, Push));
    }

    [Fact]
    public async Task RunAsync_AFailedDeliverySentAgain_IsBegunOnceMore()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var request = platform.Signed(secret, Push);
        var first = (await platform.TryTakeAsync(app, request)).Value;
        platform.Git.RefTroubles.Enqueue(() => GitErrors.AccessDenied.With("The credential has expired."));
        Assert.Equal(DeliveryStatus.FAILED, (await platform.CarryOutAsync(first)).Status);

        var asked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => platform.TryTakeAsync(app, request))));

        Assert.All(asked, again => Assert.Equal((first.Id, first.ReceivedAt, 2), (again.Value.Id, again.Value.ReceivedAt, again.Value.Attempt)));
        Assert.Equal(new OutboxEntry(OutboxKind.APPLY_DELIVERY, app.Id, 2, first.Id), Assert.Single(await platform.DebtsAsync(app.Id)));
        Assert.Equal(DeliveryStatus.APPLIED, (await platform.CarryOutAsync(asked[0].Value)).Status);
        Assert.Single(await platform.DeliveriesAsync(app));
    }
}
