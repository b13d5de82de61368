using ProCode.Images;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Deployments;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of a run, apart from its DEPLOY stage.</summary>
internal static class PipelineScenarios
{
    private static readonly Func<Error> Away = () => GitErrors.HostUnavailable.With("The git host does not answer.");
    private static readonly Func<Error> Bug = () => throw new InvalidOperationException("Nobody has thought of this.");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("run-straight-through", platform => ReleaseAsync(platform, PipelineStatus.SUCCESS)),
        new("run-attempt-fails-and-is-retried", platform =>
        {
            platform.Git.TagTroubles.Enqueue(Away);
            return ReleaseAsync(platform, PipelineStatus.SUCCESS);
        }),
        new("run-stage-fails", platform =>
        {
            platform.Images.Troubles.Enqueue(() => ImageErrors.ImageDamaged.With("Damaged."));
            return ReleaseAsync(platform, PipelineStatus.FAILED);
        }),
        new("run-activity-throws-once", platform =>
        {
            platform.Git.ArchiveTroubles.Enqueue(Bug);
            return ReleaseAsync(platform, PipelineStatus.SUCCESS);
        }),
        new("run-stage-throws", platform =>
        {
            for (var i = 0; i < 3; i++) platform.Images.Troubles.Enqueue(Bug); // All tries of the activity.
            return ReleaseAsync(platform, PipelineStatus.FAILED);
        }),
        new("run-waits-at-a-gate", async platform =>
        {
            var run = await AtGateAsync(platform);
            platform.Target.First = ScriptedTarget.Up;
            Assert.True((await platform.TryProceedAsync(run)).Succeeded);
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(run)).Status);
        }, Skips: false),
        new("run-is-canceled-at-a-gate", async platform =>
        {
            var run = await AtGateAsync(platform);
            Assert.True((await platform.TryCancelAsync(run)).Succeeded);
            Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
        }, Skips: false),
        new("run-is-retried", async platform =>
        {
            platform.Target.First = ScriptedTarget.Up;
            platform.Images.Troubles.Enqueue(() => ImageErrors.ImageDamaged.With("Damaged."));
            var run = await platform.GivenReleaseAsync();
            await platform.CarryOutAsync(run);
            Assert.Equal(PipelineStatus.SUCCESS, (await platform.EndAsync(await platform.RunAgainAsync(run, RunCause.RETRY))).Status);
        }),
        new("run-rolls-back", async platform =>
        {
            var (app, _, _) = await platform.GivenTwoWrittenReleasesAsync();
            var pipeline = await platform.CarryOutAsync(await platform.GivenRollbackAsync(app.Id));
            Assert.Equal(PipelineStatus.SUCCESS, pipeline.Status);
        }),
    ];

    private static async Task ReleaseAsync(TestPlatform platform, PipelineStatus end)
    {
        var pipeline = await platform.CarryOutAsync(await platform.GivenReleaseAsync());
        Assert.Equal(end, pipeline.Status);
    }

    private static async Task<RunRequest> AtGateAsync(TestPlatform platform)
    {
        var run = await platform.GivenReleaseAsync();
        await platform.DriveAsync(run, StageKind.BUILD, DriveMode.MANUAL);
        await platform.BeginAsync(run);
        await platform.SleepsAsync(InstanceIds.ForRun(run));
        return run;
    }
}
