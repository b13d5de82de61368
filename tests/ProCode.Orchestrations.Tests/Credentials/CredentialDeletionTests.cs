using ProCode.Apps;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Identity;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Credentials;

public sealed class CredentialDeletionTests
{
    private const long Id = 5;
    private const string Environment = "staging";
    private static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task RunAsync_AnUnusedCredential_IsGoneAndItsNameFree()
    {
        await using var platform = await PlatformAsync();

        Assert.Equal(Id, (await DeleteAsync(platform)).Value.Id);

        Assert.Empty(await platform.RowsAsync(TableNames.Credentials));
        Assert.Equal(CredentialErrors.NotFound, (await DeleteAsync(platform)).Error!.Code);
        Assert.True((await CreateAsync(platform, Id + 1)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AnEnvironmentRefersToIt_IsRefusedUntilItDoesNoMore()
    {
        await using var platform = await PlatformAsync();
        var app = await platform.GivenAppAsync();
        await ConfigureAsync(platform, app, Id);

        var refused = (await DeleteAsync(platform)).Error!;
        Assert.Equal(CredentialErrors.InUse, refused.Code);
        Assert.Contains($"app {app.Id}, environment {Environment}", refused.Message, StringComparison.Ordinal);

        // Without waiting: what was written is settled.
        await ConfigureAsync(platform, app, null);
        Assert.True((await DeleteAsync(platform)).Succeeded);
        Assert.Empty(await platform.RowsAsync(TableNames.Credentials));
    }

    [Fact]
    public async Task RunAsync_ARepositoryRefersToIt_IsRefusedUntilTheAppIsArchived()
    {
        await using var platform = await PlatformAsync();
        var now = platform.Time.GetUtcNow();
        var app = new App(7, ProjectIds.Default, "weather", DevMode.ProCode, TechStack.Python, null, now, now);
        var hold = await platform.Get<CredentialReferences>().HoldAsync(app.ProjectId, Id, app.Id, default);
        await platform.Get<AppStore>().CreateAsync(app, new Repo(7, 7, "https://git.test/agent", GitType.Git, Id, now), null, default);
        await platform.Get<CredentialReferences>().SettleAsync(hold!, default);

        Assert.Contains("its repository", (await DeleteAsync(platform)).Error!.Message, StringComparison.Ordinal);

        await platform.Get<AppArchiving>().RunAsync(app.Id, default);
        Assert.True((await DeleteAsync(platform)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AWriterDiedBetweenHoldAndReference_IsRefusedForTwoMinutes()
    {
        await using var platform = await PlatformAsync();
        var app = await platform.GivenAppAsync();
        platform.Tables.BreakBefore("$batch", AppRows.EnvironmentConfig(Environment));
        await Assert.ThrowsAnyAsync<Exception>(() => ConfigureAsync(platform, app, Id));

        platform.Time.Advance(HoldTime - TimeSpan.FromTicks(1));
        Assert.Contains("right now", (await DeleteAsync(platform)).Error!.Message, StringComparison.Ordinal);
        platform.Time.Advance(TimeSpan.FromTicks(1));
        Assert.True((await DeleteAsync(platform)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AWriterDiedBetweenReferenceAndSettling_IsRefusedByTheReferenceItself()
    {
        await using var platform = await PlatformAsync();
        var app = await platform.GivenAppAsync();
        platform.Tables.BreakAfter("$batch", AppRows.EnvironmentConfig(Environment));
        await Assert.ThrowsAnyAsync<Exception>(() => ConfigureAsync(platform, app, Id));

        platform.Time.Advance(HoldTime * 10);

        Assert.Contains($"environment {Environment}", (await DeleteAsync(platform)).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_AReferenceIsAddedWhileItDeletes_SeesIt()
    {
        await using var platform = await PlatformAsync();
        var app = await platform.GivenAppAsync();

        // The deletion has found no reference; this one gets in before it writes.
        platform.Tables.Before(async () => Assert.True((await ConfigureAsync(platform, app, Id)).Succeeded), "$batch", "DELETE", "id-");

        Assert.Equal(CredentialErrors.InUse, (await DeleteAsync(platform)).Error!.Code);
        Assert.NotNull(await platform.Get<CredentialStore>().FindAsync(ProjectIds.Default, Id, default));
    }

    [Fact]
    public async Task ReplaceAsync_TheCredentialIsDeletedMeanwhile_IsRefusedAndNamed()
    {
        await using var platform = await PlatformAsync();
        var app = await platform.GivenAppAsync();
        platform.Tables.Before(async () => Assert.True((await DeleteAsync(platform)).Succeeded), "$batch", "HeldUntil");

        var refused = (await ConfigureAsync(platform, app, Id)).Error!;

        Assert.Equal((GeneralErrors.Invalid, "env.KEY.secret"), (refused.Code, Assert.Single(refused.Details).Field));
        Assert.Empty(await platform.Get<EnvironmentStore>().ConfigsAsync(app.Id, default));
    }

    [Fact]
    public async Task RunAsync_ManyReferAndDeleteAtOnce_NobodyRefersToWhatIsGone()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var platform = await PlatformAsync();
            var app = await platform.GivenAppAsync();
            var deleting = Task.Run(() => DeleteAsync(platform));
            var configured = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => ConfigureAsync(platform, app, Id, $"env-{i}"))));
            var deleted = await deleting;

            Assert.NotEqual(deleted.Succeeded, configured.Any(result => result.Succeeded));
            if (deleted.Succeeded) Assert.Empty(await platform.Get<EnvironmentStore>().ConfigsAsync(app.Id, default));
        }
    }

    private static async Task<TestPlatform> PlatformAsync()
    {
        var platform = TestPlatform.WithoutEngine();
        await CreateAsync(platform, Id);
        return platform;
    }

    private static Task<Result<Credential>> CreateAsync(TestPlatform platform, long id) => platform.Get<CredentialStore>().CreateAsync(
        new Credential(id, ProjectIds.Default, "key", CredentialKind.Token, null, null, platform.Time.GetUtcNow()), "secret", default);

    private static Task<Result<Credential>> DeleteAsync(TestPlatform platform) => platform.Get<CredentialDeletion>().RunAsync(ProjectIds.Default, Id, default);

    private static Task<Result<EnvironmentConfig>> ConfigureAsync(TestPlatform platform, App app, long? credential, string environment = Environment) =>
        platform.Get<EnvironmentStore>().ReplaceAsync(
            app.Id, environment,
            EnvironmentConfig.Default with { Env = new Dictionary<string, EnvironmentVariable> { ["KEY"] = credential is null ? new("plain", null) : new(null, credential) } },
            _ => null, default);
}
