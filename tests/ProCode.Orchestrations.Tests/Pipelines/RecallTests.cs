using Microsoft.Extensions.DependencyInjection;
using ProCode.Deployments;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Pipelines;

/// <summary>What a process remembers of rows: what it wrote last, for so long as it can't know better.</summary>
public sealed class RecallTests
{
    private const long App = 1;
    private static readonly string Key = AppRows.Environment("production");

    private readonly TestPlatform _platform = TestPlatform.WithoutEngine();

    private AppPartition Rows => _platform.Get<AppPartition>();

    [Fact]
    public async Task Recall_AfterACommit_AsksNothingAndCanBeCommitted()
    {
        await GivenAsync(fence: 1);
        var before = _platform.Tables.Requests;
        var recalled = (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!;

        Assert.Equal((0, 1L), (_platform.Tables.Requests - before, recalled.Value.Fence));
        Assert.Equal((await Rows.FindAsync<AppEnvironment>(App, Key, default))!.ETag, recalled.ETag);
        Assert.NotNull(await Rows.CommitAsync(App, [AppPartition.Update(App, Key, recalled.ETag, Environment(2))], default));
        Assert.Equal(2, (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!.Value.Fence);
    }

    [Fact]
    public async Task Recall_WhatAnotherProcessWrote_IsReadOnce()
    {
        await GivenAsync(fence: 1);
        _platform.Restart();
        Assert.Equal(1, (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!.Value.Fence);
        var before = _platform.Tables.Requests;
        Assert.Equal(1, (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!.Value.Fence);
        Assert.Equal(0, _platform.Tables.Requests - before);
    }

    [Fact]
    public async Task Commit_OnARowThatAnotherProcessHasChanged_FailsAndForgets()
    {
        await GivenAsync(fence: 1);
        var other = _platform.NewProcess().GetRequiredService<AppPartition>();
        var seen = (await other.FindAsync<AppEnvironment>(App, Key, default))!;
        await other.CommitAsync(App, [AppPartition.Update(App, Key, seen.ETag, Environment(7))], default);

        var stale = (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!;
        Assert.Equal(1, stale.Value.Fence);
        Assert.Null(await Rows.CommitAsync(App, [AppPartition.Update(App, Key, stale.ETag, Environment(2))], default));
        Assert.Equal(7, (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!.Value.Fence);
    }

    [Fact]
    public async Task Commit_WhoseAnswerIsLost_Forgets()
    {
        await GivenAsync(fence: 1);
        var known = (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!;
        _platform.Tables.BreakAfter("$batch");
        await Assert.ThrowsAnyAsync<Exception>(() => Rows.CommitAsync(App, [AppPartition.Update(App, Key, known.ETag, Environment(2))], default));
        Assert.Equal(2, (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!.Value.Fence);
    }

    [Fact]
    public async Task Commit_OfADeletion_Forgets()
    {
        await GivenAsync(fence: 1);
        var known = (await Rows.RecallAsync<AppEnvironment>(App, Key, default))!;
        await Rows.CommitAsync(App, [AppPartition.Delete(App, Key, known.ETag)], default);
        Assert.Null(await Rows.RecallAsync<AppEnvironment>(App, Key, default));
    }

    [Theory]
    [InlineData(29, 0)]
    [InlineData(61, 1)]
    public async Task Recall_SomeTimeLater_ReadsAgain(int seconds, int requests)
    {
        await GivenAsync(fence: 1);
        _platform.Time.Advance(TimeSpan.FromSeconds(seconds));
        var before = _platform.Tables.Requests;
        Assert.NotNull(await Rows.RecallAsync<AppEnvironment>(App, Key, default));
        Assert.Equal(requests, _platform.Tables.Requests - before);
    }

    /// <summary>Configurations and documents can be large, and nobody writes them again and again.</summary>
    [Fact]
    public async Task Recall_WhatIsNoRowOfARun_IsReadAgain()
    {
        var key = AppRows.EnvironmentConfig("production");
        await Rows.CommitAsync(App, [AppPartition.Insert(App, key, Environment(1))], default);
        var before = _platform.Tables.Requests;
        Assert.NotNull(await Rows.RecallAsync<AppEnvironment>(App, key, default));
        Assert.Equal(1, _platform.Tables.Requests - before);
    }

    private static AppEnvironment Environment(long fence) => new("production", fence, null, null);

    private async Task GivenAsync(long fence) => Assert.NotNull(await Rows.CommitAsync(App, [AppPartition.Insert(App, Key, Environment(fence))], default));
}
