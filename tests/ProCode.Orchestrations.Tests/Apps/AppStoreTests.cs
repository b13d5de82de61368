using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Identity;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Apps;

public sealed class AppStoreTests
{
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task CreateAsync_FiftyAtOnceOfOneName_OneWinsAndNothingOfTheOthersIsLeft()
    {
        await using var platform = TestPlatform.WithoutEngine();
        ServiceProvider[] processes = [platform.NewProcess(), platform.NewProcess(), platform.NewProcess()];

        var made = await Task.WhenAll(Enumerable.Range(1, 50).Select(id => Task.Run(() =>
            CreateAsync(platform, id, id % 2 == 0 ? "weather" : "Weather", processes[id % 3]))));

        var winner = Assert.Single(made, result => result.Succeeded).Value;
        Assert.All(made.Where(result => !result.Succeeded), result => Assert.Equal(AppErrors.NameTaken, result.Error!.Code));
        Assert.Equal([$"app-{winner.Id}/app", $"app-{winner.Id}/name", $"app-{winner.Id}/repo"], await KeysAsync(platform, TableNames.Apps));
        Assert.Equal(2, (await KeysAsync(platform, TableNames.Listings)).Count); // The name and the line.
        Assert.Equal(winner, Assert.Single(await ListAsync(platform)));
    }

    [Fact]
    public async Task CreateAsync_FiftyAtOnceOfOneId_MakeOneApp()
    {
        await using var platform = TestPlatform.WithoutEngine();

        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => CreateAsync(platform, 7, "weather"))));

        Assert.All(made, result => Assert.Equal(made[0].Value, result.Value));
        Assert.Equal(["app-7/app", "app-7/name", "app-7/repo"], await KeysAsync(platform, TableNames.Apps));
        Assert.Single(await ListAsync(platform));
    }

    [Fact]
    public async Task CreateAsync_RepeatedAfterItsAnswerWasLost_GivesWhatWasMade()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Tables.BreakAfter("$batch", "app-7");
        await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(platform, 7, "weather"));
        platform.Time.Advance(AbandonedAfter);

        Assert.Equal(7, (await CreateAsync(platform, 7, "weather")).Value.Id);

        Assert.Equal(7, Assert.Single(await ListAsync(platform)).Id);
        Assert.Equal(AppErrors.NameTaken, (await CreateAsync(platform, 8, "weather")).Error!.Code);
    }

    [Fact]
    public async Task CreateAsync_ANameThatWasAbandoned_IsTakenOverAfterTwoMinutes()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Tables.BreakBefore("$batch", "app-7");
        await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(platform, 7, "weather"));

        platform.Time.Advance(AbandonedAfter - TimeSpan.FromTicks(1));
        Assert.Equal(AppErrors.NameTaken, (await CreateAsync(platform, 8, "weather")).Error!.Code);
        platform.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(9, (await CreateAsync(platform, 9, "weather")).Value.Id);

        // Whoever abandoned it has lost it for good.
        Assert.Equal(AppErrors.NameTaken, (await CreateAsync(platform, 7, "weather")).Error!.Code);
        Assert.Equal(["app-7/name", "app-9/app", "app-9/name", "app-9/repo"], await KeysAsync(platform, TableNames.Apps));
    }

    [Fact]
    public async Task CreateAsync_ASlowCreatorGoesOnAfterItsNameWasTakenOver_MakesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Tables.Before(
            async () =>
            {
                platform.Time.Advance(AbandonedAfter);
                Assert.Equal(9, (await CreateAsync(platform, 9, "weather")).Value.Id);
            },
            "$batch", "app-7");

        var slow = await CreateAsync(platform, 7, "weather");

        Assert.Equal(AppErrors.NameTaken, slow.Error?.Code);
        Assert.Equal(9, Assert.Single(await ListAsync(platform)).Id);
    }

    [Fact]
    public async Task CreateAsync_ManyTakeOverAnAbandonedNameAtOnce_OneWins()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Tables.BreakBefore("$batch", "app-7");
        await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(platform, 7, "weather"));
        platform.Time.Advance(AbandonedAfter);

        var made = await Task.WhenAll(Enumerable.Range(8, 20).Select(id => Task.Run(() => CreateAsync(platform, id, "weather"))));

        var winner = Assert.Single(made, result => result.Succeeded).Value;
        Assert.Equal([winner], await ListAsync(platform));
        Assert.Single(await KeysAsync(platform, TableNames.Apps), key => key.EndsWith("/app", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CreateAsync_TheNameOfAnAppThatIsThere_IsTakenHoweverOldItIs()
    {
        await using var platform = TestPlatform.WithoutEngine();
        await CreateAsync(platform, 7, "weather");
        platform.Time.Advance(TimeSpan.FromDays(365));

        Assert.Equal(AppErrors.NameTaken, (await CreateAsync(platform, 8, "WEATHER")).Error!.Code);
    }

    [Fact]
    public async Task CreateAsync_ItDiesBeforeListing_OwesTheLine()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Tables.BreakBefore("POST", TableNames.Listings, "\"project-1-apps\"");
        await Assert.ThrowsAnyAsync<Exception>(() => CreateAsync(platform, 7, "weather"));

        Assert.Empty(await ListAsync(platform));
        Assert.Equal([new OutboxEntry(OutboxKind.LIST_APP, 7)], await platform.DebtsAsync(7));
    }

    private static Task<Result<App>> CreateAsync(TestPlatform platform, long id, string name, IServiceProvider? process = null)
    {
        var now = platform.Time.GetUtcNow();
        return (process ?? platform.Services).GetRequiredService<AppStore>().CreateAsync(
            new App(id, ProjectIds.Default, name, DevMode.ProCode, TechStack.Python, null, now, now),
            new Repo(id, id, "https://git.test/agent", GitType.Git, null, now), null, default);
    }

    private static async Task<IReadOnlyList<App>> ListAsync(TestPlatform platform) =>
        (await platform.Get<AppStore>().ListAsync(new AppFilter(ProjectIds.Default), 100, null, default)).Value.Items;

    private static async Task<IReadOnlyList<string>> KeysAsync(TestPlatform platform, string table) =>
        [.. (await platform.RowsAsync(table)).Select(row => row.Split(' ')[0])];
}
