using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Build;
using ProCode.Orchestrations.Stages.CodeCheck;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Repos;

namespace ProCode.Orchestrations.Tests.Pipelines.Logs;

/// <summary>What the stages of a release write, and who finds it.</summary>
public sealed class PipelineLogsTests
{
    [Fact]
    public async Task CarryOut_ARelease_EveryStageTellsWhatItDid()
    {
        await using var platform = await TestPlatform.StartAsync();
        var run = await platform.GivenReleaseAsync();
        var pipeline = await platform.CarryOutAsync(run);
        Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        var deployment = await platform.Get<DeploymentStore>().GetAsync(DeployId.Parse(pipeline.DeployId)!, default);

        var check = TextOf(platform, run, StageKind.CODE_CHECK);
        Assert.Contains($"Branch 'main' is at commit {platform.Git.Head}.", check, StringComparison.Ordinal);
        Assert.Contains($"Tag 'v1.0.0' is on commit {platform.Git.Head}.", check, StringComparison.Ordinal);
        var build = TextOf(platform, run, StageKind.BUILD);
        Assert.Contains($"Dockerfile, kept as {PipelineArtifacts.DockerfileName(run.PipelineId, run.Run)}.", build, StringComparison.Ordinal);
        Assert.Contains("BUILD succeeded.", build, StringComparison.Ordinal);
        Assert.Contains(deployment.Value.Digest, TextOf(platform, run, StageKind.PACKAGE), StringComparison.Ordinal);
        var deploy = TextOf(platform, run, StageKind.DEPLOY);
        Assert.Contains($"Ordering {pipeline.DeployId} from the target", deploy, StringComparison.Ordinal);
        Assert.Contains("The deployment settled as SUCCESS", deploy, StringComparison.Ordinal);
        Assert.Contains("DEPLOY succeeded.", deploy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AFailure_IsTheLastLineWithItsCode()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        await platform.BeginAttemptAsync(run, StageKind.CODE_CHECK);
        platform.Git.RefTroubles.Enqueue(() => GitErrors.RepositoryUnreachable.With("Nobody is there."));
        await CheckAsync(platform, run);
        Assert.EndsWith("CODE_CHECK failed: GIT_REPO_UNREACHABLE (1003): Nobody is there.\n", TextOf(platform, run, StageKind.CODE_CHECK), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TheSameAttemptAgain_GoesOnInItsLog()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        await platform.BeginAttemptAsync(run, StageKind.CODE_CHECK);
        await CheckAsync(platform, run);
        platform.Restart();
        await CheckAsync(platform, run);
        var text = TextOf(platform, run, StageKind.CODE_CHECK);
        Assert.Equal(2, text.Split("CODE_CHECK begins").Length - 1);
        Assert.Equal(2, text.Split("CODE_CHECK succeeded.").Length - 1);
    }

    [Fact]
    public async Task Run_LogsCantBeWritten_TheStageSucceeds()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        await platform.BeginAttemptAsync(run, StageKind.CODE_CHECK);
        platform.Blobs.IsAway = true;
        Assert.Null((await CheckAsync(platform, run)).Failure);
    }

    [Fact]
    public async Task Run_SomethingUnforeseen_IsSaidWithoutItsCause()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        await platform.BeginAttemptAsync(run, StageKind.BUILD);

        // No CODE_CHECK came before.
        var attempt = new StageAttempt(run.AppId, run.PipelineId, run.Run, StageKind.BUILD, 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => platform.Get<BuildActivity>().Run(attempt, default));
        Assert.EndsWith("BUILD ended unexpectedly; the service's own log has the cause.\n", TextOf(platform, run, StageKind.BUILD), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByWhatTheRowSays_FindsTheLogThatIsMeant()
    {
        await using var platform = TestPlatform.WithoutEngine();
        var run = await platform.GivenReleaseAsync();
        var pipeline = await platform.PipelineAsync(run);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, pipeline, null, null)).Error);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, await platform.ParentAsync(run), null, null)).Error);

        // Begun, and nothing written yet.
        var begun = pipeline.With(pipeline[StageKind.CODE_CHECK] with { Status = StageStatus.RUNNING, Attempt = 2 }, default);
        Assert.Equal(("", false), (await ReadAsync(platform, begun, null, null)).Found);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, begun, null, 1)).Error);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, begun, null, 3)).Error);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, begun, 2, null)).Error);

        await WriteAsync(platform, new StageLogId(run.PipelineId, 1, StageKind.CODE_CHECK, 1), "first");
        await WriteAsync(platform, new StageLogId(run.PipelineId, 1, StageKind.CODE_CHECK, 2), "second");
        Assert.Equal(("second", false), (await ReadAsync(platform, begun, null, null)).Found);
        Assert.Equal(("first", true), (await ReadAsync(platform, begun, null, 1)).Found);
        var ended = begun.With(begun[StageKind.CODE_CHECK] with { Status = StageStatus.SUCCESS }, default);
        Assert.Equal(("second", true), (await ReadAsync(platform, ended, null, null)).Found);

        // A later run that has taken the stage over.
        var later = ended with { Run = 3 };
        Assert.Equal(("second", true), (await ReadAsync(platform, later, null, null)).Found);
        Assert.Equal(("first", true), (await ReadAsync(platform, later, 1, 1)).Found);
        Assert.Equal(("second", true), (await ReadAsync(platform, later, 1, null)).Found);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, later, 3, null)).Error);
        Assert.Equal("STAGE_LOG_NOT_FOUND", (await ReadAsync(platform, later, 2, null)).Error);
    }

    private static async Task<((string Text, bool IsComplete)? Found, string? Error)> ReadAsync(TestPlatform platform, Pipeline pipeline, int? run, int? attempt)
    {
        var result = await platform.Get<StageLogSearch>().ReadAsync(pipeline, StageKind.CODE_CHECK, run, attempt, 0, null, default);
        if (!result.TryGet(out var found, out var error)) return (null, error.Code.Name);
        await using var reading = found.Reading;
        using var text = new StreamReader(reading.Content);
        return ((string.Concat((await text.ReadToEndAsync()).Skip(25)).TrimEnd('\n'), found.IsComplete), null);
    }

    private static async Task WriteAsync(TestPlatform platform, StageLogId id, string line)
    {
        await using var log = platform.Get<StageLogs>().Open(id);
        log.WriteLine(line);
    }

    private static Task<StageOutcome> CheckAsync(TestPlatform platform, RunRequest run) =>
        platform.Get<CheckCodeActivity>().Run(new StageAttempt(run.AppId, run.PipelineId, run.Run, StageKind.CODE_CHECK, 1), default);

    private static string TextOf(TestPlatform platform, RunRequest run, StageKind stage) =>
        platform.Blobs.TextOf($"{Storage.BlobContainers.Pipelines}/{new StageLogId(run.PipelineId, run.Run, stage, 1).BlobName}")!;
}
