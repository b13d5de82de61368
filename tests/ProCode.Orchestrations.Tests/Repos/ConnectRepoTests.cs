using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Identity;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Repos;

public sealed class ConnectRepoTests
{
    [Fact]
    public async Task RunAsync_TheAppIsArchivedAtTheSameMoment_IsRefusedAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await GivenAppWithoutRepoAsync(platform);
        platform.Tables.Before(
            async () => Assert.True((await platform.Get<AppArchiving>().RunAsync(app.Id, default)).Succeeded), "$batch", "agent.git");

        var refused = await ConnectAsync(platform, app.Id);

        Assert.Equal(AppErrors.Archived, refused.Error!.Code);
        Assert.Null(await platform.Get<AppStore>().FindRepoAsync(app.Id, default));
        Assert.Null(await platform.Get<AppStore>().FindSetupAsync(app.Id, default));
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task RunAsync_TheAppIsTouchedAtTheSameMoment_Connects()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await GivenAppWithoutRepoAsync(platform);
        platform.Tables.Before(TouchAsync, "$batch", "agent.git");

        var repo = (await ConnectAsync(platform, app.Id)).Value;

        Assert.Equal(repo.Id, (await platform.Get<AppStore>().FindRepoAsync(app.Id, default))!.Id);

        async Task TouchAsync()
        {
            var found = (await platform.Get<AppStore>().FindAsync(app.Id, default))!;
            Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(app.Id, [AppStore.StaysOpen(found)], default));
        }
    }

    [Fact]
    public async Task RunAsync_TwoAtOnce_ConnectOne()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var app = await GivenAppWithoutRepoAsync(platform);

        var made = await Task.WhenAll(ConnectAsync(platform, app.Id), ConnectAsync(platform, app.Id));

        Assert.Single(made, result => result.Succeeded);
        Assert.Single(made, result => result.Error?.Code == AppErrors.RepoExists);
    }

    private static async Task<App> GivenAppWithoutRepoAsync(TestPlatform platform)
    {
        var now = platform.Time.GetUtcNow();
        var app = new App(1, ProjectIds.Default, "agent", DevMode.ProCode, TechStack.Python, null, now, now);
        return (await platform.Get<AppStore>().CreateAsync(app, repo: null, setup: null, default)).Value;
    }

    private static async Task<Result<Repo>> ConnectAsync(TestPlatform platform, long appId)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var order = new RepoOrder("https://git.test/team/agent.git", GitType.GitHub, CredentialId: null);
        return await request.ServiceProvider.GetRequiredService<ConnectRepo>().RunAsync(appId, order, default);
    }
}
