using ProCode.Apps;
using ProCode.Deliveries;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deliveries;

public sealed class TagPushTests
{
    private const string Tag = "refs/tags/v1.0.0";

    [Fact]
    public async Task TagPush_OfAnAppThatWantsIt_ReleasesTheTagsCommit()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        var iteration = await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = Hooks.Elsewhere;

        var delivery = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Tag));

        Assert.Equal((DeliveryStatus.APPLIED, iteration.Id), (delivery.Status, Assert.Single(delivery.LedTo!.IterationIds)));
        var run = new RunRequest(app.Id, delivery.LedTo.PipelineId!.Value, 1);
        var pipeline = await platform.EndAsync(run);
        Assert.Equal((PipelineStatus.SUCCESS, Hooks.Elsewhere, "v1.0.0"), (pipeline.Status, pipeline.CommitId, pipeline.Tag));
        Assert.Equal($"webhook:{delivery.Id}", (await platform.RunRowAsync(run)).StartedBy);
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task TagPush_SeveralIterations_PrefersTheNewestWhoseBranchIsOnTheTag()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        var onIt = await platform.GivenIterationAsync(app);
        var newer = await platform.GivenIterationAsync(app);
        await ChangeAsync(platform, newer, found => found with { SourceBranch = "other" });
        platform.Git.Branches["other"] = Hooks.Elsewhere;
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        platform.Git.Tags["v1.0.1"] = new string('c', 40);

        Assert.Equal([onIt.Id], (await ApplyAsync(platform, app, secret, "v1.0.0")).LedTo!.IterationIds);
        Assert.Equal([newer.Id], (await ApplyAsync(platform, app, secret, "v1.0.1")).LedTo!.IterationIds);
    }

    [Fact]
    public async Task TagPush_TheAppHasAnotherRepositoryMeanwhile_ReleasesNothing()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        var delivery = await platform.GivenDeliveryAsync(app, secret, Tag);
        await platform.Get<RepoStore>().ApplyAsync(app.Id, repo => repo with { Url = "https://git.test/another" }, default);

        Assert.True(await platform.ApplyAsync(delivery));

        var failed = await platform.DeliveryAsync(delivery);
        Assert.Equal((DeliveryStatus.FAILED, null), (failed.Status, failed.LedTo!.PipelineId));
        Assert.DoesNotContain(await platform.RowsAsync(TableNames.Apps), row => row.Contains(AppRows.PipelinePrefix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TagPush_AnIterationIsTested_ReleasesItOnlyIfItMaySkipStaging(bool maySkip)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        await platform.Get<AppSettingsStore>().ReplaceAsync(app.Id, new AppSettings { ReleaseOnTag = true, AllowSkippingPhases = maySkip }, _ => null, default);
        var tested = await platform.GivenIterationAsync(app);
        platform.Target.First = ScriptedTarget.Up;
        await platform.CarryOutAsync((await platform.TryEnterAsync(new PhaseOrder(tested.Id, PhaseType.TESTING, "tester"))).Value.RunOf());
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;

        var delivery = await ApplyAsync(platform, app, secret, "v1.0.0");

        Assert.Equal((DeliveryStatus.APPLIED, maySkip), (delivery.Status, Assert.Single(delivery.LedTo!.IterationIds) == tested.Id));
    }

    [Fact]
    public async Task TagPush_NoIterationCanBeReleased_PlansOneNamedAfterTheTag()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        await ChangeAsync(platform, await platform.GivenIterationAsync(app), found => found with { Status = IterationStatus.CLOSED });
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;

        var delivery = await ApplyAsync(platform, app, secret, "v1.0.0");

        var made = (await platform.Get<IterationStore>().FindAsync(Assert.Single(delivery.LedTo!.IterationIds), default))!.Value;
        Assert.Equal(("v1.0.0", "main", IterationStatus.RELEASING), (made.Name, made.SourceBranch, made.Status));
    }

    public static TheoryData<string, string> Ignored() => new()
    {
        { "not wanted", "releaseOnTag" },
        { "no version", "no release version" },
        { "gone", "no such tag" },
        { "of ours", "belongs to pipeline" },
    };

    [Theory]
    [MemberData(nameof(Ignored))]
    public async Task TagPush_ThatMeansNothing_StartsNothingAndSaysWhy(string why, string text)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: why != "not wanted");
        var tag = why == "no version" ? "nightly" : "v1.0.0";
        platform.Git.Tags[tag] = platform.Git.Head;
        if (why == "gone") platform.Git.Tags.Clear();
        if (why == "of ours") await platform.GivenReleaseAsync(app);
        var pipelines = await PipelinesAsync(platform);

        var delivery = await ApplyAsync(platform, app, secret, tag);

        Assert.Equal(DeliveryStatus.IGNORED, delivery.Status);
        Assert.Contains(text, delivery.LedTo!.Text, StringComparison.Ordinal);
        Assert.Null(delivery.LedTo.PipelineId);
        Assert.Equal(pipelines, await PipelinesAsync(platform));
    }

    [Fact]
    public async Task TagPush_ToldByManyDeliveriesAtOnce_IsOneRelease()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        for (var i = 0; i < 3; i++) await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        var told = new List<Delivery>();
        for (var i = 0; i < 8; i++) told.Add(await platform.GivenDeliveryAsync(app, secret, Tag));

        // Each is applied twice at the same time, too.
        await Task.WhenAll(told.Concat(told).Select(delivery => Task.Run(() => platform.ApplyAsync(delivery))));

        var ended = await platform.DeliveriesAsync(app);
        Assert.Single(ended, delivery => delivery.Status == DeliveryStatus.APPLIED);
        Assert.Equal(7, ended.Count(delivery => delivery.Status == DeliveryStatus.IGNORED));
        Assert.Equal(3, (await PipelinesAsync(platform)).Count); // The ITERATION pipeline, the PHASE pipeline, its run.
    }

    [Fact]
    public async Task TagPush_TheIterationIsTakenMeanwhile_ReleasesAnother()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        var other = await platform.GivenIterationAsync(app);
        var taken = await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        platform.Git.BeforeRefsAreTold.Enqueue(() => ChangeAsync(platform, taken, found => found with { Status = IterationStatus.CLOSED }));

        var delivery = await ApplyAsync(platform, app, secret, "v1.0.0");

        Assert.Equal([other.Id], delivery.LedTo!.IterationIds);
    }

    [Fact]
    public async Task TagPush_ItsClaimFailed_AnotherDeliveryReleasesTheTag()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
        await platform.GivenIterationAsync(app);
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;
        var first = await platform.GivenDeliveryAsync(app, secret, Tag);
        Assert.Null(await platform.Get<DeliveryStore>().ClaimTagAsync(first, "v1.0.0", default));
        Assert.Equal(DeliveryStatus.IGNORED, (await ApplyAsync(platform, app, secret, "v1.0.0")).Status);

        platform.Git.RefTroubles.Enqueue(() => GitErrors.AccessDenied.With("No."));
        Assert.True(await platform.ApplyAsync(first));
        Assert.Equal(DeliveryStatus.FAILED, (await platform.DeliveryAsync(first)).Status);

        Assert.Equal(DeliveryStatus.APPLIED, (await ApplyAsync(platform, app, secret, "v1.0.0")).Status);
    }

    /// <summary>Every write of the way, cut off before and after it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TagPush_ItsProcessDiesAtAnyWrite_IsOneRelease(bool planned)
    {
        foreach (var death in Deaths.Numbers())
        {
            await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
            platform.Target.First = ScriptedTarget.Up;
            var (app, secret) = await platform.GivenHookedAppAsync(releaseOnTag: true);
            if (!planned) await platform.GivenIterationAsync(app);
            platform.Git.Tags["v1.0.0"] = platform.Git.Head;
            var delivery = await platform.GivenDeliveryAsync(app, secret, Tag);

            var writes = platform.Tables.DieAtWrite(death / 2, after: death % 2 == 1);
            try
            {
                Assert.True(await platform.ApplyAsync(delivery));
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                platform.Restart();
                Assert.True(await platform.ApplyAsync(delivery));
            }

            writes.IsArmed = false;
            Assert.True(await platform.ApplyAsync(delivery)); // And once too often.
            var ended = await platform.DeliveryAsync(delivery);
            Assert.Equal(DeliveryStatus.APPLIED, ended.Status);
            Assert.Equal(3, (await PipelinesAsync(platform)).Count);
            Assert.Single((await platform.Get<IterationStore>().ListOfAppAsync(app.Id, default)), found => found.Value.Phases.Count == 1);
            Assert.Single(await platform.Get<IterationStore>().ListOfAppAsync(app.Id, default));
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(new RunRequest(app.Id, ended.LedTo!.PipelineId!.Value, 1))).Status);
            if (!writes.HasDied)
            {
                Assert.True(death >= 14, $"only {death / 2} writes");
                return;
            }
        }
    }

    private static async Task<Delivery> ApplyAsync(TestPlatform platform, App app, string secret, string tag)
    {
        var delivery = await platform.GivenDeliveryAsync(app, secret, $"refs/tags/{tag}");
        Assert.True(await platform.ApplyAsync(delivery));
        return await platform.DeliveryAsync(delivery);
    }

    // Without the attempts of the run, which goes on meanwhile.
    private static async Task<IReadOnlyList<string>> PipelinesAsync(TestPlatform platform) =>
    [
        .. (await platform.RowsAsync(TableNames.Apps)).Select(row => row.Split(' ')[0])
            .Where(key => key.Contains($"/{AppRows.PipelinePrefix}", StringComparison.Ordinal) && key.Split('/')[1].Length <= AppRows.Run(1, 1).Length),
    ];

    private static async Task ChangeAsync(TestPlatform platform, Iteration iteration, Func<Iteration, Iteration> change)
    {
        var found = (await platform.Get<IterationStore>().FindAsync(iteration.AppId, iteration.Id, default))!;
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(
            iteration.AppId, [AppPartition.Update(iteration.AppId, AppRows.Iteration(iteration.Id), found.ETag, change(found.Value))], default));
    }
}
