using ProCode.Images;
using ProCode.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Pipelines;

public sealed class PhasePipelineOrchestratorTests
{
    private static readonly Func<Error> Away = () => GitErrors.HostUnavailable.With("The git host does not answer.");
    private static readonly Func<Error> Bug = () => throw new InvalidOperationException("Nobody has thought of this.");

    [Fact]
    public async Task Run_EveryStageSucceeds_ReleasesTheIteration()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        Assert.All(pipeline.Stages, stage => Assert.Equal((StageStatus.SUCCESS, 1), (stage.Status, stage.Attempt)));
        Assert.Equal((DeployStatus.DEPLOY_SUCCESS, null), (pipeline.DeployStatus, pipeline.WaitingFor));
        Assert.Equal((IterationStatus.RELEASED, PhaseStatus.SUCCESS), await StandAsync(platform, run.AppId, pipeline.IterationId));
        Assert.Equal(platform.Git.Head, platform.Git.Tags["v1.0.0"]);
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task Run_EveryStageSucceeds_KeepsACheckpointPerStage()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        Assert.Equal(new CodeCheckOutput(platform.Git.Head, "v1.0.0"), pipeline.OutputOf<CodeCheckOutput>(StageKind.CODE_CHECK));
        var build = pipeline.OutputOf<BuildOutput>(StageKind.BUILD);
        Assert.Equal([$"pipelines/{build.Source}", $"pipelines/{build.Dockerfile}"], platform.Blobs.Names.Where(name => !name.EndsWith(".log", StringComparison.Ordinal)));
        var package = pipeline.OutputOf<PackageOutput>(StageKind.PACKAGE);
        var order = Assert.Single(platform.Target.Orders);
        Assert.Equal((package.Image, package.Digest, 1L), (order.Image, order.Digest, order.Fence));
        Assert.Equal(new DeployOutput(order.DeployId, ScriptedTarget.Up.Url), pipeline.OutputOf<DeployOutput>(StageKind.DEPLOY));
    }

    [Fact]
    public async Task Run_ATransientFailure_IsRetriedAndSucceeds()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.TagTroubles.Enqueue(Away);
        platform.Git.TagTroubles.Enqueue(Away);

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        Assert.Equal((3, null), (pipeline[StageKind.CODE_CHECK].Attempt, pipeline[StageKind.CODE_CHECK].Failure));
    }

    [Fact]
    public async Task Run_TheBranchMovesBetweenAttempts_StillReleasesTheFirstCommit()
    {
        await using var platform = await TestPlatform.StartAsync();
        var first = platform.Git.Head;
        platform.Git.TagTroubles.Enqueue(() =>
        {
            platform.Git.Head = new string('b', 40);
            return Away();
        });

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.SUCCESS, first, first), (pipeline.Status, pipeline.CommitId, platform.Git.Tags["v1.0.0"]));
    }

    [Fact]
    public async Task Run_RetriesAreExhausted_Fails()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 10; i++) platform.Git.TagTroubles.Enqueue(Away);
        var run = await platform.GivenReleaseAsync();

        var pipeline = await platform.CarryOutAsync(run);

        var stage = pipeline[StageKind.CODE_CHECK];
        Assert.Equal((PipelineStatus.FAILED, StageStatus.FAILED, 1 + 3), (pipeline.Status, stage.Status, stage.Attempt));
        Assert.Equal(GitErrors.HostUnavailable.Number, stage.Failure!.Code);
        Assert.Equal((IterationStatus.RELEASING, PhaseStatus.FAILED), await StandAsync(platform, run.AppId, pipeline.IterationId));
        await platform.AssertListsAgreeAsync(run);
    }

    [Fact]
    public async Task Run_ADefiniteFailure_FailsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.ArchiveTroubles.Enqueue(() => GitErrors.SourceTooLarge.With("Too large."));

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.FAILED, 1, GitErrors.SourceTooLarge.Name), Failure(pipeline, StageKind.BUILD));
        Assert.Equal(StageStatus.PENDING, pipeline[StageKind.PACKAGE].Status);
    }

    [Fact]
    public async Task Run_ATransientFailureOfAStageForPeopleToRetry_FailsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Images.Troubles.Enqueue(() => ImageErrors.ImageDamaged.With("Damaged."));

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.FAILED, 1, ImageErrors.ImageDamaged.Name), Failure(pipeline, StageKind.PACKAGE));
    }

    [Fact]
    public async Task Run_AnActivityThrowsOnce_IsRepeatedWithinTheAttempt()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Git.ArchiveTroubles.Enqueue(Bug);

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.SUCCESS, 1), (pipeline.Status, pipeline[StageKind.BUILD].Attempt));
    }

    [Fact]
    public async Task Run_AnActivityKeepsThrowing_IsAnInternalFailureThatIsRetriedAsConfigured()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 3; i++) platform.Git.ArchiveTroubles.Enqueue(Bug); // All tries of the first attempt.

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.SUCCESS, 2), (pipeline.Status, pipeline[StageKind.BUILD].Attempt));
    }

    [Fact]
    public async Task Run_AnActivityNeverStopsThrowing_FailsAsInternalWithoutItsText()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 3; i++) platform.Images.Troubles.Enqueue(Bug);

        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());

        Assert.Equal((PipelineStatus.FAILED, 1, GeneralErrors.Internal.Name), Failure(pipeline, StageKind.PACKAGE));
        Assert.DoesNotContain("Nobody has thought", pipeline[StageKind.PACKAGE].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TheSameCommitIsReleasedAgain_FetchesItsSourceOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        var app = await platform.GivenAppAsync();
        var first = await platform.CarryOutAsync(await platform.GivenReleaseAsync(app));
        var second = await platform.CarryOutAsync(await platform.GivenReleaseAsync(app, "v1.0.1"));

        Assert.Equal((PipelineStatus.SUCCESS, PipelineStatus.SUCCESS), (first.Status, second.Status));
        Assert.Equal(first.OutputOf<PackageOutput>(StageKind.PACKAGE).Digest, second.OutputOf<PackageOutput>(StageKind.PACKAGE).Digest);
        Assert.Equal(1, platform.Git.Archived);
    }

    private static (PipelineStatus Status, int Attempt, string? Error) Failure(Pipeline pipeline, StageKind stage) =>
        (pipeline.Status, pipeline[stage].Attempt, pipeline[stage].Failure?.Error);

    private static async Task<(IterationStatus Status, PhaseStatus Phase)> StandAsync(TestPlatform platform, long appId, long iterationId)
    {
        var iteration = (await platform.Get<IterationStore>().FindAsync(appId, iterationId, default))!.Value;
        return (iteration.Status, iteration.LatestPhase!.Status);
    }
}
