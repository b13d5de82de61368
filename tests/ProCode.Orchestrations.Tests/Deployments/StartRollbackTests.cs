using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Deployments;

public sealed class StartRollbackTests
{
    [Fact]
    public async Task RunAsync_TwoReleases_MakesAPipelineThatBeginsAtDeployAndOwesItsStart()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, _) = await platform.GivenTwoReleasesAsync();
        var before = await platform.ReleaseRowsAsync();

        var rollback = (await platform.TryRollBackAsync(app.Id)).Value;

        var run = new RunRequest(app.Id, rollback.PipelineId, 1);
        var (released, pipeline) = (await platform.PipelineAsync(first), await platform.PipelineAsync(run));
        var package = released.OutputOf<PackageOutput>(StageKind.PACKAGE);
        Assert.Equal(
            new Rollback(app.Id, pipeline.Id, 1, first.DeployId().ToString(), "v1.0.0", package.Image, package.Digest, PipelineStatus.RUNNING), rollback);
        Assert.Equal(
            (PipelineType.PHASE, PipelineStatus.PENDING, PipelineTrigger.ROLLBACK, rollback.DeploymentId),
            (pipeline.Type, pipeline.Status, pipeline.Trigger!.Value, pipeline.RollbackTo));
        Assert.Equal(
            (released.IterationId, released.ParentId, released.RefId, "v1.0.0", new string('a', 40), AppEnvironment.Production),
            (pipeline.IterationId, pipeline.ParentId, pipeline.RefId, pipeline.Tag, pipeline.CommitId, pipeline.Environment));
        Assert.Equal(TestPlatform.Text(released.Stages.Take(3)), TestPlatform.Text(pipeline.Stages.Take(3)));
        Assert.Equal(TestPlatform.Text(new StageRun(StageKind.DEPLOY, StageStatus.PENDING, 0)), TestPlatform.Text(pipeline[StageKind.DEPLOY]));
        Assert.Equal((null, null, null), (pipeline.DeployId, pipeline.DeployStatus, pipeline.CurrentStage));

        var row = await platform.RunRowAsync(run);
        Assert.Equal((PipelineStatus.PENDING, StageKind.DEPLOY, "tester"), (row.Status, row.FromStage, row.StartedBy));
        Assert.Equal(
            [new OutboxEntry(OutboxKind.LIST_PIPELINE, pipeline.Id), new OutboxEntry(OutboxKind.START_RUN, pipeline.Id, 1)],
            (await platform.DebtsAsync(app.Id)).OrderBy(debt => debt.Kind));
        Assert.Equal(before, await platform.ReleaseRowsAsync(run));
    }

    [Fact]
    public async Task RunAsync_ADeploymentIsNamed_LeadsThereEvenIfItIsTheCurrentOne()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, second) = await platform.GivenTwoReleasesAsync();
        await platform.GivenReleasedAsync(app, "v3.0.0", 'c');

        foreach (var (run, tag) in new[] { (first, "v1.0.0"), (second, "v2.0.0") })
        {
            var rollback = (await platform.TryRollBackAsync(app.Id, run.DeployId().ToString())).Value;
            Assert.Equal((run.DeployId().ToString(), tag, await platform.DigestAsync(run)), (rollback.DeploymentId, rollback.Tag, rollback.Digest));
        }
    }

    [Fact]
    public async Task RunAsync_AFailedReleaseAndTheSameImageLieBetween_PassesThemOver()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, _) = await platform.GivenTwoReleasesAsync();
        await platform.GivenReleasedAsync(app, "v2.0.1", 'b'); // The same source, so the same image.
        platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
        platform.Git.Head = new string('d', 40);
        Assert.Equal(PipelineStatus.FAILED, (await platform.CarryOutAsync(await platform.GivenReleaseAsync(app, "v3.0.0"))).Status);

        Assert.Equal(first.DeployId().ToString(), (await platform.TryRollBackAsync(app.Id)).Value.DeploymentId);
    }

    [Fact]
    public async Task RunAsync_APastOfUsualLength_CostsEightRequests()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        await platform.TryRollBackAsync(app.Id); // Remembers the bell and takes a block of ids.
        var before = platform.Tables.Requests;

        Assert.True((await platform.TryRollBackAsync(app.Id)).Succeeded);

        // The app with its settings, the pipeline perhaps made before, the environment, its past; the pipeline of the release; the owner, the active run; the transaction.
        Assert.Equal(8, platform.Tables.Requests - before);
    }

    [Fact]
    public async Task RunAsync_TheSameKeyTwice_IsOnePipeline()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        var run = await platform.GivenRollbackAsync(app.Id, key: "key");
        var once = await platform.AllRowsAsync();

        platform.Restart();
        var again = await platform.TryRollBackAsync(app.Id, key: "key");

        Assert.Equal(run.PipelineId, again.Value.PipelineId);
        Assert.Equal(once, await platform.AllRowsAsync());

        // When it has ended, what it led back to is what runs, and another request would lead elsewhere; the same one still answers the same.
        await platform.CarryOutAsync(run);
        Assert.Equal(again.Value, (await platform.TryRollBackAsync(app.Id, key: "key")).Value);
    }

    [Fact]
    public async Task RunAsync_TheSameKeyManyTimesAtOnce_IsOnePipeline()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        var before = (await platform.ReleaseRowsAsync()).Count;

        var asked = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => platform.TryRollBackAsync(app.Id, key: "key"))));

        Assert.All(asked, result => Assert.Equal(asked[0].Value, result.Value));
        Assert.Equal(before + 2, (await platform.ReleaseRowsAsync()).Count); // The pipeline and its run.
    }

    [Fact]
    public async Task RunAsync_SomethingElseBeginsMeanwhile_GoesThrough()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, first, _) = await platform.GivenTwoReleasesAsync();
        platform.Tables.Before(() => platform.GivenReleaseAsync(app, "v3.0.0"), "$batch", "pipeline-");

        Assert.Equal(first.DeployId().ToString(), (await platform.TryRollBackAsync(app.Id)).Value.DeploymentId);
    }

    [Fact]
    public async Task RunAsync_TheAppIsArchivedMeanwhile_IsRefusedWithNothingWritten()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        var before = await platform.ReleaseRowsAsync();
        platform.Tables.Before(async () => Assert.True((await platform.Get<AppArchiving>().RunAsync(app.Id, default)).Succeeded), "$batch", "pipeline-");

        Assert.Equal(AppErrors.Archived, (await platform.TryRollBackAsync(app.Id)).Error!.Code);
        Assert.Equal(before, await platform.ReleaseRowsAsync());
    }

    [Fact]
    public async Task RunAsync_ItIsUnderWay_TheAppCanNeitherBeArchivedNorConfiguredAnew()
    {
        await using var platform = await TestPlatform.StartAsync();
        var (app, _, _) = await platform.GivenTwoReleasesAsync();
        var run = await platform.GivenRollbackAsync(app.Id);

        Assert.Equal(run.PipelineId, (await platform.Get<PipelineStore>().FindRunningAsync(app.Id, default))?.Id);
        Assert.Equal(AppErrors.PipelinesRunning, (await platform.Get<AppArchiving>().RunAsync(app.Id, default)).Error!.Code);

        await platform.CarryOutAsync(run);
        Assert.True((await platform.Get<AppArchiving>().RunAsync(app.Id, default)).Succeeded);
    }

    public static TheoryData<string, int> Refusals() => new()
    {
        { "no such app", 40401 },
        { "archived", 1022 },
        { "low-code", 1023 },
        { "nothing was deployed", 1023 },
        { "an environment that nothing was deployed to", 1023 },
        { "one image only", 1023 },
        { "nothing has succeeded", 1023 },
        { "no such deployment", 4305 },
        { "no deployment's id", 4305 },
        { "another app's deployment", 4305 },
        { "a deployment that failed", 1023 },
        { "another environment's deployment", 1023 },
        { "a pipeline that has made another image since", 1023 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RunAsync_Refused_ChangesNothing(string why, int code)
    {
        await using var platform = await TestPlatform.StartAsync();
        var (appId, to, environment) = await GivenAsync(platform, why);
        var before = await platform.AllRowsAsync();

        var refused = await platform.TryRollBackAsync(appId, to, environment);

        Assert.Equal(code, refused.Error!.Code.Number);
        Assert.Equal(before, await platform.AllRowsAsync());
    }

    private static async Task<(long AppId, string? To, string Environment)> GivenAsync(TestPlatform platform, string why)
    {
        var app = await platform.GivenAppAsync();
        string? to = null;
        switch (why)
        {
            case "no such app":
                return (999, null, AppEnvironment.Production);
            case "nothing was deployed":
                return (app.Id, null, AppEnvironment.Production);
            case "low-code":
                var lowCode = app with { Id = 77, Name = "flow", DevMode = DevMode.LowCode, TechStack = null };
                Assert.True((await platform.Get<AppStore>().CreateAsync(lowCode, null, null, default)).Succeeded);
                return (lowCode.Id, null, AppEnvironment.Production);
            case "nothing has succeeded":
                platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
                await platform.CarryOutAsync(await platform.GivenReleaseAsync(app));
                return (app.Id, null, AppEnvironment.Production);
            default:
                break;
        }

        var first = await platform.GivenReleasedAsync(app, "v1.0.0", 'a');
        if (why == "one image only") return (app.Id, null, AppEnvironment.Production);
        var second = await platform.GivenReleasedAsync(app, "v2.0.0", 'b');
        switch (why)
        {
            case "archived":
                await platform.Get<AppArchiving>().RunAsync(app.Id, default);
                break;
            case "an environment that nothing was deployed to":
                return (app.Id, null, "staging");
            case "no such deployment":
                to = new DeployId(app.Id, 999, 1, 1).ToString();
                break;
            case "no deployment's id":
                to = "the one before";
                break;
            case "another app's deployment":
                to = (await platform.GivenReleasedAsync(await platform.GivenAppAsync(), "v1.0.0", 'a')).DeployId().ToString();
                break;
            case "a deployment that failed":
                platform.Target.First = new DeploymentState(OpsStatus.FAILED, "AGENT_UNHEALTHY: never", null);
                var failed = await platform.GivenReleaseAsync(app, "v3.0.0");
                await platform.CarryOutAsync(failed);
                to = failed.DeployId().ToString();
                break;
            case "another environment's deployment":
                var elsewhere = await platform.DeploymentAsync(second) with { Id = second.DeployId(attempt: 2).ToString(), Environment = "staging" };
                Assert.NotNull(await platform.Get<AppPartition>().CommitAsync(app.Id, [.. DeploymentStore.Insert(elsewhere)], default));
                to = elsewhere.Id;
                break;
            case "a pipeline that has made another image since":
                var another = StageOutcome.Success(StageKind.PACKAGE, 2, new PackageOutput("layout/x:v1.0.0", "sha256:1", 1, new PackageConfig(1, "/", [])));
                await platform.Get<PipelineChanges>().ApplyAsync(
                    app.Id, first.PipelineId, found => found.With(found[StageKind.PACKAGE] with { Output = another.Output }, found.UpdatedAt), default);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(why));
        }

        return (app.Id, to, AppEnvironment.Production);
    }
}
