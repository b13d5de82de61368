using ProCode.Apps;
using ProCode.Deliveries;
using ProCode.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Repos;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deliveries;

public sealed class BranchPushTests
{
    private const string Main = "refs/heads/main";

    [Fact]
    public async Task Push_ToABranchOfIterations_WritesTheHostsCommitAndBeginsTheirDevelopment()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var draft = await platform.GivenIterationAsync(app);
        var staging = await GivenAsync(platform, app, found => found with { Status = IterationStatus.STAGING });
        var elsewhere = await GivenAsync(platform, app, found => found with { SourceBranch = "other" });
        var closed = await GivenAsync(platform, app, found => found with { Status = IterationStatus.CLOSED });
        var released = await GivenAsync(platform, app, found => found with { Status = IterationStatus.RELEASED });

        // What the payload says of commits is not believed.
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main, $$""","after":"{{Hooks.Elsewhere}}" """);
        var ended = await platform.CarryOutAsync(delivery);

        Assert.Equal((DeliveryStatus.APPLIED, RefChange.UPDATED), (ended.Status, ended.LedTo!.Change!.Value));
        Assert.Equal([staging.Id, draft.Id], ended.LedTo.IterationIds);
        var (first, second) = (await ReadAsync(platform, draft), await ReadAsync(platform, staging));
        Assert.Equal((IterationStatus.DEVELOPING, platform.Git.Head), (first.Status, first.LastCommitId));
        Assert.Equal((IterationStatus.STAGING, platform.Git.Head), (second.Status, second.LastCommitId));
        Assert.NotNull(first.LastCommitAt);
        foreach (var untouched in (Iteration[])[elsewhere, closed, released])
            Assert.Equal(TestPlatform.Text(untouched), TestPlatform.Text(await ReadAsync(platform, untouched)));
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    [Fact]
    public async Task Push_ToABranchOfNoIteration_IsAppliedAndSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        platform.Git.Branches["lonely"] = Hooks.Elsewhere;

        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, "refs/heads/lonely"));

        Assert.Equal((DeliveryStatus.APPLIED, 0), (ended.Status, ended.LedTo!.IterationIds.Count));
        Assert.Contains("No open iteration", ended.LedTo.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_TheBranchIsGoneAtTheHost_ClearsNothingAndSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main));
        var before = await ReadAsync(platform, iteration);

        platform.Git.HasNoMain = true;
        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main, $$""","after":"{{new string('0', 40)}}" """));

        Assert.Equal((DeliveryStatus.APPLIED, RefChange.DELETED, null), (ended.Status, ended.LedTo!.Change!.Value, ended.After));
        Assert.Equal([iteration.Id], ended.LedTo.IterationIds);
        Assert.Equal(TestPlatform.Text(before), TestPlatform.Text(await ReadAsync(platform, iteration)));
    }

    [Fact]
    public async Task Push_SaysDeletedButTheHostHasTheBranch_IsAPush()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);

        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main, $$""","deleted":true,"after":"{{new string('0', 40)}}" """));

        Assert.Equal(RefChange.UPDATED, ended.LedTo!.Change);
        Assert.Equal(platform.Git.Head, (await ReadAsync(platform, iteration)).LastCommitId);
    }

    [Theory]
    [InlineData(""","forced":true""", "never asked", RefChange.FORCED)]
    [InlineData(""","forced":false""", "never asked", RefChange.UPDATED)]
    [InlineData("", "left behind", RefChange.FORCED)]
    [InlineData("", "an ancestor", RefChange.UPDATED)]
    [InlineData("", "gone", RefChange.FORCED)]
    [InlineData("", "unknown", RefChange.UPDATED)]
    public async Task Push_WhatWasThereBefore_TellsAForcedOne(string said, string before, RefChange expected)
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        platform.Git.Compares = (from, to) =>
        {
            Assert.Equal((platform.Git.Head, Hooks.Elsewhere), (from, to));
            return before switch
            {
                "left behind" => new GitComparison([GitCommit.Of(to, "lost", "someone", default, [])], [], IsTruncated: false),
                "an ancestor" => new GitComparison([], [], IsTruncated: false),
                "gone" => GitErrors.RefNotFound.With("No such commit."),
                "unknown" => Hooks.Away(),
                _ => throw new InvalidOperationException("The payload said it already."),
            };
        };

        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main, $$""","before":"{{Hooks.Elsewhere}}"{{said}}"""));

        Assert.Equal((DeliveryStatus.APPLIED, expected), (ended.Status, ended.LedTo!.Change!.Value));
    }

    [Fact]
    public async Task Push_TwoAtOnceAndTheEarlierAnswerComesLater_TheHostHasTheLastWord()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        var (first, second) = (await platform.GivenDeliveryAsync(app, secret, Main), await platform.GivenDeliveryAsync(app, secret, Main));

        // The first has read the old commit; before it writes, the branch moves and the second delivery is applied whole.
        platform.Git.BeforeRefsAreTold.Enqueue(async () =>
        {
            platform.Git.Head = Hooks.Elsewhere;
            Assert.True(await platform.ApplyAsync(second));
        });
        Assert.True(await platform.ApplyAsync(first));

        Assert.Equal(Hooks.Elsewhere, (await ReadAsync(platform, iteration)).LastCommitId);
        Assert.Equal(3, platform.Git.Asked); // The first asked again.
    }

    [Fact]
    public async Task Push_TheBranchMovesThereAndBackMeanwhile_TheHostHasTheLastWord()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        var original = platform.Git.Head;
        Assert.True(await platform.ApplyAsync(await platform.GivenDeliveryAsync(app, secret, Main)));
        var (there, back) = (await platform.GivenDeliveryAsync(app, secret, Main), await platform.GivenDeliveryAsync(app, secret, Main));

        // The delivery of the way back finds the row as the host has it, and still must stop the other one.
        platform.Git.Head = Hooks.Elsewhere;
        platform.Git.BeforeRefsAreTold.Enqueue(async () =>
        {
            platform.Git.Head = original;
            Assert.True(await platform.ApplyAsync(back));
        });
        Assert.True(await platform.ApplyAsync(there));

        Assert.Equal(original, (await ReadAsync(platform, iteration)).LastCommitId);
    }

    [Fact]
    public async Task Push_ToAHundredIterations_WritesAll()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, secret) = await platform.GivenHookedAppAsync();
        var made = new List<Iteration>();
        for (var i = 0; i < 100; i++) made.Add(await platform.GivenIterationAsync(app));

        var ended = await platform.CarryOutAsync(await platform.GivenDeliveryAsync(app, secret, Main));

        Assert.Equal(100, ended.LedTo!.IterationIds.Count);
        foreach (var iteration in made) Assert.Equal(platform.Git.Head, (await ReadAsync(platform, iteration)).LastCommitId);
    }

    [Theory]
    [InlineData("before", "DELETE", "outbox-APPLY_DELIVERY")]
    [InlineData("after", "DELETE", "outbox-APPLY_DELIVERY")]
    [InlineData("before", "$batch")]
    [InlineData("after", "$batch")]
    public async Task Push_ItsProcessDiesInBetween_IsAppliedOnce(string when, params string[] what)
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (app, secret) = await platform.GivenHookedAppAsync();
        var iteration = await platform.GivenIterationAsync(app);
        var delivery = await platform.GivenDeliveryAsync(app, secret, Main);
        if (when == "before") platform.Tables.BreakBefore(what);
        else platform.Tables.BreakAfter(what);
        await Assert.ThrowsAnyAsync<Exception>(() => platform.ApplyAsync(delivery));

        platform.Restart();
        Assert.True(await platform.ApplyAsync(delivery));

        Assert.Equal(DeliveryStatus.APPLIED, (await platform.DeliveryAsync(delivery)).Status);
        Assert.Equal((IterationStatus.DEVELOPING, platform.Git.Head), ((await ReadAsync(platform, iteration)).Status, (await ReadAsync(platform, iteration)).LastCommitId));
        Assert.Empty(await platform.DebtsAsync(app.Id));
    }

    private static async Task<Iteration> ReadAsync(TestPlatform platform, Iteration iteration) =>
        (await platform.Get<IterationStore>().FindAsync(iteration.Id, default))!.Value;

    private static async Task<Iteration> GivenAsync(TestPlatform platform, App app, Func<Iteration, Iteration> change)
    {
        var iteration = await platform.GivenIterationAsync(app);
        var found = (await platform.Get<IterationStore>().FindAsync(app.Id, iteration.Id, default))!;
        var changed = change(iteration);
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(app.Id, [AppPartition.Update(app.Id, AppRows.Iteration(changed.Id), found.ETag, changed)], default));
        return changed;
    }
}
