using Microsoft.Extensions.DependencyInjection;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Build;
using ProCode.Orchestrations.Stages.CodeCheck;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Stages.Package;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Stages;

/// <summary>An attempt's work that is delivered again, or goes on, when its run is over or another try has been there before.</summary>
public sealed class LateAttemptTests
{
    [Fact]
    public async Task Run_TheRunWasCanceled_DoesNothing()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenBegunAsync(platform);
        await platform.CancelAsync(run, calls: false);
        platform.Restart(); // Nobody remembers that it was under way.
        var asked = platform.Git.Asked;

        AssertOver(await platform.Get<CheckCodeActivity>().Run(run.Attempt(StageKind.CODE_CHECK), default));
        AssertOver(await platform.Get<BuildActivity>().Run(run.Attempt(StageKind.BUILD), default));
        AssertOver(await platform.Get<PackageActivity>().Run(run.Attempt(StageKind.PACKAGE), default));
        Assert.Equal((asked, 0), (platform.Git.Asked, platform.Git.TagPushes));
    }

    /// <summary>The git host answers when the run is over and another one means another branch.</summary>
    [Fact]
    public async Task CheckCode_AnotherRunBeginsMeanwhile_LeavesItsCommitAlone()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await GivenBegunAsync(platform);
        platform.Git.BeforeRefsAreTold.Enqueue(async () =>
        {
            await platform.CancelAsync(run, calls: false);
            Assert.True((await platform.TryRunAgainAsync(run, RunCause.RESTART, StageKind.CODE_CHECK, new { branch = "hotfix" })).Succeeded);
        });

        AssertOver(await platform.Get<CheckCodeActivity>().Run(run.Attempt(StageKind.CODE_CHECK), default));

        var pipeline = await platform.PipelineAsync(run);
        Assert.Equal((2, null, 0), (pipeline.Run, pipeline.CommitId, platform.Git.TagPushes));
    }

    /// <summary>This process remembers the attempt as it began; another one has made the commit out and named it since, and then died.</summary>
    [Fact]
    public async Task CheckCode_AnotherProcessHasNamedTheCommit_GoesOnWithIt()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var (run, commit) = (await GivenBegunAsync(platform), platform.Git.Head);
        await platform.NewProcess().GetRequiredService<CheckCodeActivity>().Run(run.Attempt(StageKind.CODE_CHECK), default);
        platform.Git.Head = new string('b', 40);

        var outcome = await platform.Get<CheckCodeActivity>().Run(run.Attempt(StageKind.CODE_CHECK), default);

        Assert.Null(outcome.Failure);
        Assert.Equal((commit, commit), ((await platform.PipelineAsync(run)).CommitId, platform.Git.Tags["v1.0.0"]));
    }

    /// <summary>DEPLOY failed in a way nobody foresaw and is tried again.</summary>
    [Fact]
    public async Task Prepare_TheAttemptBeforeHasLeftItsDeploymentOpen_IsClosedAndTheTargetIsTold()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.Get<PipelineChanges>().ApplyAsync(run.AppId, run.PipelineId, pipeline => pipeline with
        {
            StageConfigs = new SortedDictionary<StageKind, StageConfig>(pipeline.StageConfigs.ToDictionary())
            {
                [StageKind.DEPLOY] = pipeline.StageConfigs[StageKind.DEPLOY] with { RetryMode = RetryMode.AUTO, MaxRetries = 1 },
            },
        }, default);
        await AdvanceAsync(platform, run, null);
        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run, attempt: 1));
        await AdvanceAsync(platform, run, StageOutcome.Failed(StageKind.DEPLOY, 1, GeneralErrors.Internal.With("It threw.")));
        platform.Time.Advance(TimeSpan.FromMinutes(5));
        await AdvanceAsync(platform, run with { Turn = 1 }, null);

        Assert.Equal(PreparedDeployment.READY, await PrepareAsync(platform, run, attempt: 2));

        var first = (await platform.Get<DeploymentStore>().GetAsync(run.DeployId(1), default)).Value;
        Assert.Equal((OpsStatus.FAILED, EvidenceSource.RUN, 1), (first.Status, first.SettledBy!.Source, platform.Target.CancelsOf(run.DeployId(1))));
        Assert.Equal(run.DeployId(2).ToString(), (await platform.PipelineAsync(run)).DeployId);
        Assert.DoesNotContain(await platform.DebtsAsync(run.AppId), debt => debt.Kind == OutboxKind.STOP_DEPLOYMENT);
    }

    /// <summary>The time is up while the target is away: it hears of it when it is back, or an agent that comes up later would take the place of the good one.</summary>
    [Fact]
    public async Task Check_TheTargetIsAwayWhenTheTimeIsUp_IsToldLater()
    {
        await using var platform = await TestPlatform.StartAsync(skipsWaits: false);
        platform.Target.First = new DeploymentState(OpsStatus.RUNNING, "starting", null);
        var run = await platform.GivenPackagedReleaseAsync(pollTimeout: TimeSpan.FromMinutes(1));
        await platform.BeginAsync(run);
        await platform.WaitsForDeploymentAsync(run);
        platform.Target.IsAway = true;
        platform.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(PipelineStatus.FAILED, (await platform.EndAsync(run)).Status);
        await platform.SweepAsync();
        Assert.Equal((OpsStatus.TIMEOUT, 0), ((await platform.DeploymentAsync(run)).Status, platform.Target.CancelsOf(run.DeployId())));

        platform.Target.IsAway = false;
        await platform.SweepAsync();

        Assert.Equal(1, platform.Target.CancelsOf(run.DeployId()));
        Assert.DoesNotContain(await platform.DebtsAsync(run.AppId), debt => debt.Kind == OutboxKind.STOP_DEPLOYMENT);
    }

    private static void AssertOver(StageOutcome outcome) => Assert.Equal("RUN_OVER", outcome.Failure!.Error);

    private static async Task<RunRequest> GivenBegunAsync(TestPlatform platform)
    {
        var run = await platform.GivenReleaseAsync();
        await AdvanceAsync(platform, run, null);
        return run;
    }

    private static Task<NextStep> AdvanceAsync(TestPlatform platform, RunRequest run, StageOutcome? outcome) =>
        platform.Get<AdvancePipelineActivity>().Run(new AdvanceRequest(run, outcome), platform.Durable, default);

    private static Task<PreparedDeployment> PrepareAsync(TestPlatform platform, RunRequest run, int attempt) =>
        platform.Get<PrepareDeploymentActivity>().Run(run.Attempt(StageKind.DEPLOY, attempt), platform.Durable, default);
}
