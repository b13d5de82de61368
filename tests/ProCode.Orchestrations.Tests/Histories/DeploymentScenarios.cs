using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Histories;

/// <summary>The paths of a DEPLOY stage: how its deployment is ordered, and how it is settled.</summary>
internal static class DeploymentScenarios
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMinutes(10);
    private static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", ScriptedTarget.Up.Url);
    private static readonly Func<Error> Away = () => DeploymentErrors.TargetUnavailable.With("The ops system does not answer.");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("deployment-settled-by-event", platform => CalledBackAsync(platform, OpsStatus.SUCCESS), Skips: false),
        new("deployment-fails-by-event", platform => CalledBackAsync(platform, OpsStatus.FAILED), Skips: false),
        new("deployment-settled-by-timer", SettledByTimerAsync, Skips: false),
        new("deployment-settled-by-poll", SettledByPollAsync, Skips: false),
        new("deployment-is-canceled", CanceledAsync, Skips: false),
        new("order-is-canceled", CanceledInTheQueueAsync, Skips: false),
        new("deployment-times-out", TimesOutAsync, Skips: false),
        new("deployment-settled-at-first-look", SettledAtOnceAsync, Skips: false),
        new("order-waits-for-the-lock", WaitsForTheLockAsync, Skips: false),
        new("order-waits-for-ops", WaitsForOpsAsync),
        new("order-throws", platform =>
        {
            platform.Target.WhileOrdering = _ => throw new InvalidOperationException("Nobody has thought of this.");
            return FailsAsync(platform);
        }),
        new("order-waits-and-throws", platform =>
        {
            // Away once, and then worse than that.
            platform.Target.RefusesOrders = () =>
            {
                platform.Target.RefusesOrders = null;
                return Away();
            };
            platform.Target.WhileOrdering = _ => throw new InvalidOperationException("Nobody has thought of this.");
            return FailsAsync(platform);
        }),
    ];

    private static async Task CalledBackAsync(TestPlatform platform, OpsStatus status)
    {
        var run = await WaitingAsync(platform);
        await platform.CallBackAsync(run, status);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, status, EvidenceSource.CALLBACK);
    }

    private static async Task SettledByTimerAsync(TestPlatform platform)
    {
        var run = await WaitingAsync(platform, pollTimeout: PollInterval);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    // The event is a poll's, which finds it due.
    private static async Task SettledByPollAsync(TestPlatform platform)
    {
        var run = await WaitingAsync(platform);
        platform.Target.Say(run.DeployId(), ScriptedTarget.Up);
        platform.Time.Advance(PollInterval);
        await platform.Get<DeploymentPolling>().RunAsync(platform.Durable, default);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    private static async Task CanceledAsync(TestPlatform platform)
    {
        var run = await WaitingAsync(platform);
        Assert.True((await platform.TryCancelAsync(run)).Succeeded);
        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
    }

    private static async Task CanceledInTheQueueAsync(TestPlatform platform)
    {
        var app = await platform.GivenAppAsync();
        await WaitingAsync(platform, app);
        var run = await platform.GivenPackagedReleaseAsync(app, pollInterval: PollInterval);
        await platform.BeginAsync(run);
        await platform.SleepsAsync(InstanceIds.ForOrder(run.DeployId()), run: 2); // The first run looks once more before it waits.
        Assert.True((await platform.TryCancelAsync(run)).Succeeded);
        Assert.Equal(PipelineStatus.CANCELED, (await platform.EndAsync(run)).Status);
    }

    private static async Task TimesOutAsync(TestPlatform platform)
    {
        var run = await WaitingAsync(platform, pollTimeout: PollInterval);
        platform.Time.Advance(PollInterval);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.TIMEOUT, EvidenceSource.TIMEOUT);
    }

    private static async Task SettledAtOnceAsync(TestPlatform platform)
    {
        platform.Target.First = ScriptedTarget.Up;
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.CarryOutAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CREATE);
    }

    private static async Task WaitsForTheLockAsync(TestPlatform platform)
    {
        var app = await platform.GivenAppAsync();
        var holder = await WaitingAsync(platform, app);
        var run = await platform.GivenPackagedReleaseAsync(app, pollInterval: PollInterval);
        await platform.BeginAsync(run);
        await platform.SleepsAsync(InstanceIds.ForOrder(run.DeployId()), run: 2); // The first run looks once more before it waits.
        platform.Time.Advance(LockInterval);
        await platform.SleepsAsync(InstanceIds.ForOrder(run.DeployId()), run: 3);

        await platform.CallBackAsync(holder, OpsStatus.SUCCESS);
        await platform.EndAsync(holder);
        await platform.SleepsAsync(InstanceIds.ForDeployment(run.DeployId()));
        await platform.CallBackAsync(run, OpsStatus.SUCCESS);
        await platform.EndAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.CALLBACK);
    }

    private static async Task WaitsForOpsAsync(TestPlatform platform)
    {
        platform.Target.RefusesOrders = () =>
        {
            if (platform.Target.Refused == 3) platform.Target.RefusesOrders = null;
            return Away();
        };
        var run = await platform.GivenPackagedReleaseAsync();
        await platform.CarryOutAsync(run);
        await platform.AssertDeploymentSettledAsync(run, OpsStatus.SUCCESS, EvidenceSource.POLL);
    }

    private static async Task FailsAsync(TestPlatform platform)
    {
        var pipeline = await platform.CarryOutAsync(await platform.GivenPackagedReleaseAsync());
        Assert.Equal(GeneralErrors.Internal.Name, pipeline[StageKind.DEPLOY].Failure!.Error);
    }

    private static async Task<RunRequest> WaitingAsync(TestPlatform platform, App? app = null, TimeSpan? pollTimeout = null)
    {
        platform.Target.Then = Starting;
        var run = await platform.GivenPackagedReleaseAsync(app, PollInterval, pollTimeout);
        await platform.BeginAsync(run);
        await platform.SleepsAsync(InstanceIds.ForDeployment(run.DeployId()));
        return run;
    }
}
