using Microsoft.Extensions.DependencyInjection;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Iterations;

public sealed class EnterPhaseTests
{
    private static readonly string Elsewhere = new('b', 40);

    [Fact]
    public async Task RunAsync_ADraft_MakesThePhaseAndItsPipelinesAndOwesTheStart()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();

        var iteration = await platform.IterationAsync(run);
        var (pipeline, parent) = (await platform.PipelineAsync(run), await platform.ParentAsync(run));
        Assert.Equal(
            (IterationStatus.RELEASING, PhaseType.RELEASE, parent.Id),
            (iteration.Status, iteration.CurrentPhase!.Value, iteration.PipelineId!.Value));
        Assert.Equal((PhaseStatus.RUNNING, pipeline.Id), (iteration.LatestPhase!.Status, iteration.LatestPhase.PipelineId));
        Assert.Equal((PipelineType.ITERATION, PipelineStatus.RUNNING, iteration.Id), (parent.Type, parent.Status, parent.RefId));
        Assert.Equal((PipelineType.PHASE, PipelineStatus.PENDING, iteration.LatestPhase.Id), (pipeline.Type, pipeline.Status, pipeline.RefId));
        Assert.Equal((PipelineStatus.PENDING, "tester"), ((await platform.RunRowAsync(run)).Status, (await platform.RunRowAsync(run)).StartedBy));
        Assert.Equal(
            [
                new OutboxEntry(OutboxKind.LIST_PIPELINE, pipeline.Id), new OutboxEntry(OutboxKind.LIST_PIPELINE, parent.Id),
                new OutboxEntry(OutboxKind.START_RUN, pipeline.Id, 1),
            ],
            (await platform.DebtsAsync(run.AppId)).OrderBy(debt => debt.Kind).ThenBy(debt => debt.Id != pipeline.Id));
        Assert.True(await platform.Get<Outbox>().OwesAsync(run.AppId, new OutboxEntry(OutboxKind.WAKE_ITERATION, parent.Id), default));
    }

    [Fact]
    public async Task RunAsync_ItsCommitDoesNotGetThrough_ChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        var rows = await platform.RowsAsync(TableNames.Apps);
        platform.Tables.BreakBefore("$batch");

        await Assert.ThrowsAnyAsync<Exception>(() => platform.TryReleaseAsync(iteration));

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        Assert.True((await platform.TryReleaseAsync(iteration)).Succeeded);
    }

    [Fact]
    public async Task RunAsync_TheIterationChangesMeanwhile_IsRefusedWithNothingHalfWritten()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        IReadOnlyList<string> rows = [];
        platform.Tables.Before(
            async () =>
            {
                await ChangeAsync(platform, iteration, found => found with { Name = "summer" });
                rows = await platform.RowsAsync(TableNames.Apps);
            },
            "$batch");

        var refused = await platform.TryReleaseAsync(iteration);

        Assert.Equal(IterationErrors.CannotAdvance, refused.Error!.Code);
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_PushesAreHeardOfMeanwhile_GoesThrough()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        var moment = platform.Time.GetUtcNow() + TimeSpan.FromSeconds(1);
        platform.Tables.Before(() => ChangeAsync(platform, iteration, found => found.WithCommit(Elsewhere, moment)), "$batch", "pipeline-");
        platform.Tables.Before(() => ChangeAsync(platform, iteration, found => found), "$batch", "pipeline-"); // Heard of again.

        var release = (await platform.TryReleaseAsync(iteration)).Value;

        var written = await platform.IterationAsync(new RunRequest(release.AppId, release.PipelineId, release.Run));
        Assert.Equal((IterationStatus.RELEASING, Elsewhere, moment), (written.Status, written.LastCommitId, written.LastCommitAt!.Value));
        Assert.Single(written.Phases);
    }

    [Fact]
    public async Task RunAsync_ThirtyAtOnce_OneWins()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        ServiceProvider[] processes = [platform.NewProcess(), platform.NewProcess(), platform.NewProcess()];

        var asked = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() =>
            platform.TryReleaseAsync(iteration, $"v1.0.{i}", process: processes[i % 3]))));

        var winner = Assert.Single(asked, result => result.Succeeded).Value;
        Assert.All(asked.Where(result => !result.Succeeded), result => Assert.Equal(IterationErrors.CannotAdvance, result.Error!.Code));
        var run = new RunRequest(winner.AppId, winner.PipelineId, winner.Run);
        Assert.Equal((1, winner.Tag), ((await platform.IterationAsync(run)).Phases.Count, (await platform.PipelineAsync(run)).Tag));
        var rows = await platform.RowsAsync(TableNames.Apps);
        Assert.Equal(3, rows.Count(row => row.Contains($"/{AppRows.PipelinePrefix}", StringComparison.Ordinal))); // The two pipelines and the run.
    }

    [Fact]
    public async Task RunAsync_TheSameRequestAgain_AnswersTheSameAndChangesNothing()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        var first = await RequestAsync(platform, iteration, "key");
        var rows = await platform.RowsAsync(TableNames.Apps);

        platform.Restart();
        var again = await RequestAsync(platform, iteration, "key");

        Assert.Equal(first.Value, again.Value);
        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
    }

    [Fact]
    public async Task RunAsync_TheSameRequestAgainAfterItsCommitsAnswerWasLost_AnswersAsTheFirstWouldHave()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        platform.Tables.BreakAfter("$batch");
        await Assert.ThrowsAnyAsync<Exception>(() => RequestAsync(platform, iteration, "key"));
        var rows = await platform.RowsAsync(TableNames.Apps);

        var again = (await RequestAsync(platform, iteration, "key")).Value;

        Assert.Equal(rows, await platform.RowsAsync(TableNames.Apps));
        var made = await platform.IterationAsync(new RunRequest(again.AppId, again.PipelineId, 1));
        Assert.Equal(again.PipelineId, made.LatestPhase!.PipelineId);
        Assert.Equal(IterationErrors.CannotAdvance, (await RequestAsync(platform, iteration, "another key")).Error!.Code);
    }

    [Fact]
    public async Task RunAsync_TheSameRequestManyTimesAtOnce_IsOneRelease()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();

        var asked = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => RequestAsync(platform, iteration, "key"))));

        Assert.All(asked, result => Assert.Equal(asked[0].Value, result.Value));
    }

    [Fact]
    public async Task RunAsync_AnExistingTag_ReleasesItsCommit()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.Tags["v1.0.0"] = Elsewhere;
        var release = (await platform.TryReleaseAsync(await platform.GivenIterationAsync(), existing: true)).Value;

        var pipeline = await platform.CarryOutAsync(new RunRequest(release.AppId, release.PipelineId, release.Run));

        Assert.Equal((PipelineStatus.SUCCESS, Elsewhere), (pipeline.Status, pipeline.CommitId));
        Assert.Equal(Elsewhere, pipeline.OutputOf<CodeCheckOutput>(StageKind.CODE_CHECK).CommitId);
    }

    [Fact]
    public async Task RunAsync_ATagOnTheBranchsOwnCommit_IsUsedAgain()
    {
        await using var platform = TestPlatform.WithoutEngine();
        platform.Git.Tags["v1.0.0"] = platform.Git.Head;

        Assert.True((await platform.TryReleaseAsync(await platform.GivenIterationAsync())).Succeeded);
    }

    [Fact]
    public async Task RunAsync_AfterAFailedRelease_RunsTheIterationsPipelineAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        var iteration = await platform.GivenIterationAsync();
        var failed = await CarryOutAsync("v1.0.0");
        Assert.Equal(PipelineStatus.FAILED, failed.Status);

        platform.Target.First = ScriptedTarget.Up;
        var succeeded = await CarryOutAsync("v1.0.1");

        Assert.Equal((PipelineStatus.SUCCESS, failed.ParentId), (succeeded.Status, succeeded.ParentId));
        var run = new RunRequest(succeeded.AppId, succeeded.Id, 1);
        Assert.Equal(PipelineStatus.SUCCESS, (await platform.ParentAsync(run)).Status);
        Assert.Equal([PhaseStatus.FAILED, PhaseStatus.SUCCESS], (await platform.IterationAsync(run)).Phases.Select(phase => phase.Status));
        await platform.AssertListsAgreeAsync(run);

        async Task<Pipeline> CarryOutAsync(string tag)
        {
            var release = (await platform.TryReleaseAsync(iteration, tag)).Value;
            return await platform.CarryOutAsync(new RunRequest(release.AppId, release.PipelineId, release.Run));
        }
    }

    public static TheoryData<string, string> Refusals() => new()
    {
        { "no such iteration", GeneralErrors.NotFound.Name },
        { "closed", IterationErrors.CannotAdvance.Name },
        { "a phase runs", IterationErrors.CannotAdvance.Name },
        { "no repository", IterationErrors.PreconditionFailed.Name },
        { "no such branch", GitErrors.RefNotFound.Name },
        { "the tag is on another commit", GitErrors.TagExists.Name },
        { "no such existing tag", GitErrors.RefNotFound.Name },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RunAsync_Refused_ChangesNothing(string why, string error)
    {
        await using var platform = TestPlatform.WithoutEngine();
        var iteration = await platform.GivenIterationAsync();
        switch (why)
        {
            case "no such iteration":
                iteration = iteration with { Id = 999 };
                break;
            case "closed":
                await ChangeAsync(platform, iteration, found => found with { Status = IterationStatus.CLOSED });
                break;
            case "a phase runs":
                await platform.TryReleaseAsync(iteration);
                break;
            case "no repository":
                var now = platform.Time.GetUtcNow();
                var bare = new App(77, 1, "bare", DevMode.ProCode, TechStack.Python, null, now, now);
                iteration = await platform.GivenIterationAsync((await platform.Get<AppStore>().CreateAsync(bare, null, null, default)).Value);
                break;
            case "no such branch":
                await ChangeAsync(platform, iteration, found => found with { SourceBranch = "gone" });
                break;
            case "the tag is on another commit":
                platform.Git.Tags["v1.0.0"] = Elsewhere;
                break;
            default:
                break;
        }

        var before = await AllRowsAsync(platform);
        var refused = await platform.TryReleaseAsync(iteration, existing: why == "no such existing tag");

        Assert.Equal(error, refused.Error!.Code.Name);
        Assert.Equal(before, await AllRowsAsync(platform));
    }

    private static async Task<Result<PhaseEntry>> RequestAsync(TestPlatform platform, Iteration iteration, string key)
    {
        await using var request = platform.Services.CreateAsyncScope();
        var services = request.ServiceProvider;
        var keyed = await services.GetRequiredService<IdempotencyStore>().BeginAsync("tester", "release", key, new byte[] { 1 }, default);
        services.GetRequiredService<RequestIds>().Use(keyed.Value);
        return await services.GetRequiredService<EnterPhase>().RunAsync(new PhaseOrder(iteration.Id, PhaseType.RELEASE, "tester", "v1.0.0"), default);
    }

    private static async Task ChangeAsync(TestPlatform platform, Iteration iteration, Func<Iteration, Iteration> change)
    {
        var found = (await platform.Get<IterationStore>().FindAsync(iteration.AppId, iteration.Id, default))!;
        Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(
            iteration.AppId, [AppPartition.Update(iteration.AppId, AppRows.Iteration(iteration.Id), found.ETag, change(found.Value))], default));
    }

    // Ids may be used up, and nothing else.
    private static async Task<IReadOnlyList<string>> AllRowsAsync(TestPlatform platform)
    {
        var rows = new List<string>();
        foreach (var table in TableNames.All.Except([TableNames.Counters])) rows.AddRange(await platform.RowsAsync(table));
        return rows;
    }
}
