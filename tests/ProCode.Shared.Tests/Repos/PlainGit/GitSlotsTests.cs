using ProCode.Repos.PlainGit;

namespace ProCode.Tests.Repos.PlainGit;

public sealed class GitSlotsTests
{
    private static readonly Uri Silent = new("https://silent.test/a.git");
    private static readonly Uri Other = new("https://other.test/a.git");

    [Fact]
    public async Task TakeAsync_OneServerHasAllItsPlaces_OthersAreNotHeldUp()
    {
        var slots = new GitSlots(all: 3, perServer: 2);
        var first = await slots.TakeAsync(Silent, default);
        await slots.TakeAsync(Silent, default);
        var third = slots.TakeAsync(new Uri("https://SILENT.test/b.git"), default);

        var other = slots.TakeAsync(Other, default);

        Assert.True(other.IsCompletedSuccessfully);
        Assert.False(third.IsCompleted);
        (await other)();
        first();
        (await third)();
    }

    [Fact]
    public async Task TakeAsync_AllPlacesTaken_WaitsForAny()
    {
        var slots = new GitSlots(all: 1, perServer: 1);
        var first = await slots.TakeAsync(Silent, default);
        var second = slots.TakeAsync(Other, default);
        Assert.False(second.IsCompleted);

        first();

        (await second)();
    }

    [Fact]
    public async Task TakeAsync_WhoGivesUpWaiting_HoldsNothing()
    {
        var slots = new GitSlots(all: 1, perServer: 1);
        var first = await slots.TakeAsync(Silent, default);
        using var patience = new CancellationTokenSource();
        var sameServer = slots.TakeAsync(Silent, patience.Token);
        var otherServer = slots.TakeAsync(Other, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sameServer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => otherServer);

        first();

        (await slots.TakeAsync(Other, default))();
        (await slots.TakeAsync(Silent, default))();
    }
}
