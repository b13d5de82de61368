using ProCode.Apps;
using ProCode.Identity;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Orchestrations.Tests.Subscriptions;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class AppArchivingTests
{
    [Fact]
    public async Task RunAsync_AnApp_LeavesListsAndFreesItsNameAtOnce()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();

        var archived = (await ArchiveAsync(platform, app)).Value;

        Assert.Equal(platform.Time.GetUtcNow(), archived.ArchivedAt);
        Assert.Equal(archived, (await platform.Get<AppStore>().FindAsync(app.Id, default))!.Value);
        Assert.Empty(await ListAsync(platform, archived: false));
        Assert.Equal([archived], await ListAsync(platform, archived: true));
        Assert.Empty(await platform.DebtsAsync(app.Id));
        var successor = (await CreateAsync(platform, 99, app.Name.ToUpperInvariant())).Value;
        Assert.Equal([successor], await ListAsync(platform, archived: false));

        // The name is the successor's alone.
        Assert.Equal(AppErrors.NameTaken, (await CreateAsync(platform, 100, app.Name)).Error!.Code);
    }

    [Fact]
    public async Task RunAsync_Twice_ChangesNothingTheSecondTime()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var first = (await ArchiveAsync(platform, app)).Value;
        var rows = await platform.RowsAsync(TableNames.Apps);
        platform.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(first, (await ArchiveAsync(platform, app)).Value);

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_TwentyTakeItsNameAtOnce_OneGetsIt()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        await ArchiveAsync(platform, app);

        var made = await Task.WhenAll(Enumerable.Range(100, 20).Select(id => Task.Run(() => CreateAsync(platform, id, app.Name))));

        var winner = Assert.Single(made, result => result.Succeeded).Value;
        Assert.Equal([winner], await ListAsync(platform, archived: false));
    }

    [Fact]
    public async Task RunAsync_APipelineRuns_IsRefusedAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var run = await platform.GivenReleaseAsync(app);
        var rows = await platform.RowsAsync(TableNames.Apps);

        var refused = await ArchiveAsync(platform, app);

        Assert.Equal(AppErrors.PipelinesRunning, refused.Error!.Code);
        Assert.Contains($"{run.PipelineId}", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_ItsPipelinesHaveEnded_Archives()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        await platform.CarryOutAsync(await platform.GivenReleaseAsync(app));

        Assert.True((await ArchiveAsync(platform, app)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AReleaseIsWrittenAtTheSameMoment_SeesIt()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var iteration = await platform.GivenIterationAsync(app);

        // The archiving has looked and found nothing; the release gets in before it writes.
        platform.Tables.Before(async () => Assert.True((await platform.TryReleaseAsync(iteration)).Succeeded), "$batch", "archivedAt");

        Assert.Equal(AppErrors.PipelinesRunning, (await ArchiveAsync(platform, app)).Error!.Code);
        Assert.Null((await platform.Get<AppStore>().FindAsync(app.Id, default))!.Value.ArchivedAt);
    }

    [Fact]
    public async Task RunAsync_AReleaseIsAboutToBeWritten_TheReleaseIsRefused()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var iteration = await platform.GivenIterationAsync(app);

        // The release has read the app as open; it is archived before the release is written.
        platform.Tables.Before(async () => Assert.True((await ArchiveAsync(platform, app)).Succeeded), "$batch", AppRows.Iteration(iteration.Id));

        Assert.Equal(AppErrors.Archived, (await platform.TryReleaseAsync(iteration)).Error!.Code);
        Assert.DoesNotContain(await platform.RowsAsync(TableNames.Apps), row => row.Contains(AppRows.PipelinePrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_ItDiesBeforeItsLineIsWritten_TheSweepWritesItAndTheNameIsFreeAnyway()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        platform.Tables.BreakBefore("PUT", TableNames.Listings, "project-1-apps");
        await Assert.ThrowsAnyAsync<Exception>(() => ArchiveAsync(platform, app));
        Assert.Single(await ListAsync(platform, archived: false));
        Assert.True((await CreateAsync(platform, 99, app.Name)).Succeeded);

        platform.Time.Advance(TimeSpan.FromMinutes(1));
        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);

        Assert.Equal([99], (await ListAsync(platform, archived: false)).Select(listed => listed.Id));
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task RunAsync_ItsAnswerIsLost_IsDoneWhenAskedAgain()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        platform.Tables.BreakAfter("$batch", "archivedAt");
        await Assert.ThrowsAnyAsync<Exception>(() => ArchiveAsync(platform, app));

        Assert.NotNull((await ArchiveAsync(platform, app)).Value.ArchivedAt);
    }

    [Fact]
    public async Task ListAsync_ASlowCreatorIsLate_TheArchivedLineStays()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        await ArchiveAsync(platform, app);

        await platform.Get<AppStore>().ListAsync(app, default);

        Assert.Empty(await ListAsync(platform, archived: false));
    }

    [Fact]
    public async Task RunAsync_AnArchivedApp_TakesNothingNew()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        await ArchiveAsync(platform, app);

        Error?[] refusals =
        [
            (await platform.TryReleaseAsync(iteration)).Error,
            (await platform.Get<AppSettingsStore>().ReplaceAsync(app.Id, new AppSettings(), _ => null, default)).Error,
            (await platform.Get<ProCode.Deployments.EnvironmentStore>()
                .ReplaceAsync(app.Id, "production", ProCode.Deployments.EnvironmentConfig.Default, _ => null, default)).Error,
        ];

        Assert.All(refusals, refusal => Assert.Equal(AppErrors.Archived, refusal!.Code));
        Assert.True((await platform.Get<AppSettingsStore>().FindWithAppAsync(app.Id, default)) is not null);
    }

    [Fact]
    public async Task RunAsync_AnAppWithASubscription_KeepsItAsItIsAndAnswersWhatWasDoneBefore()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await platform.GivenAppAsync();
        var made = await platform.GivenSubscriptionAsync(app);
        var (id, secrets, store) = (made.Subscription.Id, platform.Get<SubscriptionSecrets>(), platform.Get<SubscriptionStore>());
        var rotated = (await secrets.RotateAsync(app.Id, id, rotationId: 7, default)).Value;
        await ArchiveAsync(platform, app);

        Error?[] refusals =
        [
            (await store.ChangeAsync(app.Id, id, _ => GeneralErrors.Internal.With("not asked"), found => found with { Enabled = false }, default)).Error,
            (await store.DeleteAsync(app.Id, id, _ => GeneralErrors.Internal.With("not asked"), default)).Error,
            (await secrets.RotateAsync(app.Id, id, rotationId: 8, default)).Error,
            (await secrets.CreateAsync(app.Id, id + 1, new SubscriptionChange(Subscribers.Url, [Subscription.AllEvents], null, Enabled: true), default)).Error,
        ];

        Assert.All(refusals, refusal => Assert.Equal(AppErrors.Archived, refusal!.Code));
        Assert.Equal(TestPlatform.Text(rotated.Subscription), TestPlatform.Text(Assert.Single(await store.ListAsync(app.Id, default))));
        Assert.Equal(rotated.Secret, (await secrets.RotateAsync(app.Id, id, rotationId: 7, default)).Value.Secret);
        Assert.True((await platform.Get<PingSubscription>().RunAsync(app.Id, id, pingId: 9, default)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AnUnknownApp_IsNotFound()
    {
        await using var platform = TestPlatform.WithoutEngine();
        Assert.Equal(GeneralErrors.NotFound, (await platform.Get<AppArchiving>().RunAsync(7, default)).Error!.Code);
    }

    private static Task<Result<App>> ArchiveAsync(TestPlatform platform, App app) => platform.Get<AppArchiving>().RunAsync(app.Id, default);

    private static Task<Result<App>> CreateAsync(TestPlatform platform, long id, string name)
    {
        var now = platform.Time.GetUtcNow();
        return platform.Get<AppStore>().CreateAsync(
            new App(id, ProjectIds.Default, name, DevMode.ProCode, TechStack.Python, null, now, now), new Repo(id, id, "https://git.test/agent", GitType.Git, null, now), null, default);
    }

    private static async Task<IReadOnlyList<App>> ListAsync(TestPlatform platform, bool archived) =>
        (await platform.Get<AppStore>().ListAsync(new AppFilter(ProjectIds.Default, Archived: archived), 100, null, default)).Value.Items;
}
