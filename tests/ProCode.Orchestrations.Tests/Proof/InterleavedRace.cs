using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Subscriptions;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What can happen to a deployment.</summary>
public enum InterleavedEvent
{
    CallbackSuccess,
    CallbackFailure,

    /// <summary>The same callback twice: the first one of the order once more, or one of its own.</summary>
    DuplicateCallback,

    /// <summary>A callback that comes before the target has answered the order.</summary>
    EarlyCallback,
    PollSuccess,
    PollFailure,
    Timeout,
    Cancel,
}

/// <summary>
/// A deployment to which things happen in a certain order, and what must come of it: the first report that settles it wins, a cancel ends the run unless it
/// was over, and whatever comes later is kept as evidence only.
/// </summary>
internal sealed class InterleavedRace(RunRequest run, SubscriptionWithSecret subscription, IReadOnlyList<InterleavedEvent> order)
{
    /// <summary>Seconds from one turn to the next, when the clock moves.</summary>
    public const int Turn = 30;

    public static readonly DeploymentState Starting = new(OpsStatus.RUNNING, "starting", ScriptedTarget.Up.Url);
    private static readonly DeploymentState Crashed = new(OpsStatus.FAILED, "AGENT_CRASHED: polled", null);

    private readonly List<(EvidenceSource Source, OpsStatus Status)> _late = [];
    private (EvidenceSource Source, OpsStatus Status, DateTimeOffset At)? _settled;
    private bool _canceled;

    public RunRequest Run { get; } = run;

    public SubscriptionWithSecret Subscription { get; } = subscription;

    public IReadOnlyList<InterleavedEvent> Order { get; } = order;

    /// <summary>How many happen before the target has answered the order.</summary>
    public int Early { get; } = order.ToList().LastIndexOf(InterleavedEvent.EarlyCallback) + 1;

    /// <summary>True when the run is over, as far as that can be known.</summary>
    public bool IsOver { get; private set; }

    public bool IsSettled => _settled is not null;

    /// <summary>The seconds after which the deployment's time is up by the clock: at the turn of the first timeout, or never.</summary>
    public static int PollTimeout(IReadOnlyList<InterleavedEvent> order)
    {
        var early = order.ToList().LastIndexOf(InterleavedEvent.EarlyCallback) + 1;
        var turn = order.Skip(early).ToList().IndexOf(InterleavedEvent.Timeout);
        return turn < 0 ? 86_400 : Turn * (early + turn + 1);
    }

    /// <summary>The next one happens as it would at a platform whose orchestrations are heard at once; a turn of the clock and a pass of the poll timer follow.</summary>
    public async Task HappenAsync(TestPlatform platform, int turn, bool isOrdered)
    {
        var next = Order[turn];
        switch (next)
        {
            // Before the order is answered nobody polls, and no time counts.
            case InterleavedEvent.PollSuccess or InterleavedEvent.PollFailure or InterleavedEvent.Timeout when !isOrdered:
                break;
            case InterleavedEvent.PollSuccess or InterleavedEvent.PollFailure:
                var state = next == InterleavedEvent.PollSuccess ? ScriptedTarget.Up : Crashed;
                platform.Target.Say(Run.DeployId(), state);
                if (_settled is null) Hear(EvidenceSource.POLL, state.Status, platform.Time.GetUtcNow().AddSeconds(Turn));
                break;
            case InterleavedEvent.Timeout:
                if (_settled is null && Order.Skip(Early).ToList().IndexOf(next) == turn - Early) Hear(EvidenceSource.TIMEOUT, OpsStatus.TIMEOUT, platform.Time.GetUtcNow().AddSeconds(Turn));
                break;
            default:
                await HappenNowAsync(platform, next, nudge: true);
                break;
        }
    }

    /// <summary>One of them happens now, at the rows, whatever the orchestrations do; they are called if the call is not to get lost.</summary>
    public async Task HappenNowAsync(TestPlatform platform, InterleavedEvent next, bool nudge)
    {
        if (next == InterleavedEvent.Cancel)
        {
            await CancelAsync(platform, nudge);
            return;
        }

        var (now, duplicate) = (platform.Time.GetUtcNow(), FirstCallback == InterleavedEvent.CallbackFailure ? OpsStatus.FAILED : OpsStatus.SUCCESS);
        switch (next)
        {
            case InterleavedEvent.PollSuccess or InterleavedEvent.PollFailure:
                Hear(EvidenceSource.POLL, next == InterleavedEvent.PollSuccess ? OpsStatus.SUCCESS : OpsStatus.FAILED, now);
                break;
            case InterleavedEvent.Timeout:
                if (_settled is null) Hear(EvidenceSource.TIMEOUT, OpsStatus.TIMEOUT, now);
                break;
            case InterleavedEvent.DuplicateCallback:
                Hear(EvidenceSource.CALLBACK, duplicate, now);
                Hear(EvidenceSource.CALLBACK, duplicate, now);
                break;
            default:
                Hear(EvidenceSource.CALLBACK, next == InterleavedEvent.CallbackFailure ? OpsStatus.FAILED : OpsStatus.SUCCESS, now);
                break;
        }

        // A late report is answered with how the deployment has settled.
        if (await DoAsync(platform, Run, next, duplicate, nudge) is { } answer) Assert.Equal(Winner.Status, answer.Status);
    }

    private InterleavedEvent FirstCallback => Order.FirstOrDefault(one => one < InterleavedEvent.PollSuccess, InterleavedEvent.CallbackSuccess);

    /// <summary>The run's orchestration has been heard of; a deployment that is settled ends it.</summary>
    public async Task EndAsync(TestPlatform platform)
    {
        if (!IsSettled || IsOver) return;
        await platform.EndAsync(Run);
        IsOver = true;
    }

    /// <summary>Who has won.</summary>
    public (EvidenceSource Source, OpsStatus Status) Winner => (_settled!.Value.Source, _settled.Value.Status);

    /// <summary>Everybody must tell of the expected winner.</summary>
    public async Task AssertOneWinnerAsync(TestPlatform platform)
    {
        var (winner, status) = Winner;
        var expected = _canceled ? PipelineStatus.CANCELED : status == OpsStatus.SUCCESS ? PipelineStatus.SUCCESS : PipelineStatus.FAILED;
        var deployment = await platform.DeploymentAsync(Run);
        Assert.Equal((winner, status), (deployment.SettledBy!.Source, deployment.Status));
        Assert.Equal(_late, deployment.LateEvidence.Select(late => (late.Source, late.Status)));
        Assert.Equal(winner is EvidenceSource.TIMEOUT or EvidenceSource.CANCEL, platform.Target.CancelsOf(Run.DeployId()) > 0);
        Assert.Equal(expected, (await platform.PipelineAsync(Run)).Status);
        await AssertAgreeAsync(platform, Run);
    }

    /// <summary>Everybody must tell of the winner that the deployment's row tells of.</summary>
    public static async Task AssertAgreeAsync(TestPlatform platform, RunRequest run)
    {
        await platform.EndAsync(run);
        var deployment = await platform.DeploymentAsync(run);
        var status = deployment.Status;
        Assert.Equal((true, status), (deployment.IsSettled, deployment.SettledBy!.Status));
        Assert.Single(platform.Target.Orders, one => one.DeployId == run.DeployId().ToString());
        var waited = await platform.Durable.GetInstancesAsync(InstanceIds.ForDeployment(run.DeployId()), getInputsAndOutputs: true);
        Assert.Equal(status, waited!.ReadOutputAs<DeploymentProgress>()!.Status);

        var pipeline = await platform.PipelineAsync(run);
        var canceled = pipeline.Status == PipelineStatus.CANCELED;
        var expected = canceled ? PipelineStatus.CANCELED : status == OpsStatus.SUCCESS ? PipelineStatus.SUCCESS : PipelineStatus.FAILED;
        Assert.Equal((expected, status.ForPipeline(), null), (pipeline.Status, pipeline.DeployStatus, pipeline.WaitingFor));
        Assert.Equal(expected == PipelineStatus.SUCCESS ? StageStatus.SUCCESS : StageStatus.FAILED, pipeline[StageKind.DEPLOY].Status);
        var row = await platform.RunRowAsync(run);
        Assert.Equal((expected, canceled ? "tester" : null), (row.Status, row.EndedBy));
        Assert.NotNull(row.EndedAt);

        var released = expected == PipelineStatus.SUCCESS;
        var iteration = await platform.IterationAsync(run);
        Assert.Equal(
            released ? (IterationStatus.RELEASED, PhaseStatus.SUCCESS) : (IterationStatus.RELEASING, PhaseStatus.FAILED),
            (iteration.Status, iteration.LatestPhase!.Status));
        var parent = await platform.ParentAsync(run);
        Assert.Equal(released ? PipelineStatus.SUCCESS : PipelineStatus.FAILED, parent.Status);
        var environment = await platform.EnvironmentAsync(run);
        Assert.Equal((null, 0), (environment.HeldByPipelineId, environment.Queue.Count));
        await platform.AssertListsAgreeAsync(run);

        var told = InterleavedNews.About(platform, run.AppId);
        Assert.Equal(told.Count, told.DistinctBy(one => one.Id).Count());
        var deployments = told.Where(one => one.Type == EventType.DeploymentStatusChanged && Enum.Parse<OpsStatus>(one.Data.To!).IsSettled());
        Assert.Equal((run.DeployId().ToString(), status.ToString()), Assert.Single(deployments.Select(one => (one.Data.DeploymentId!, one.Data.To!))));
        var ends = told.Where(one => one.Type == EventType.PipelineStatusChanged && Enum.Parse<PipelineStatus>(one.Data.To!).IsFinal()).ToLookup(one => one.Data.PipelineId);
        Assert.Equal((run.Run, expected.ToString()), Assert.Single(ends[run.PipelineId].Select(one => (one.Data.Run!.Value, one.Data.To!))));
        Assert.Equal(parent.Status.ToString(), Assert.Single(ends[parent.Id]).Data.To);
    }

    /// <summary>It happens at the rows; nothing is expected of it.</summary>
    public static async Task<Deployment?> DoAsync(TestPlatform platform, RunRequest run, InterleavedEvent next, OpsStatus duplicate, bool nudge)
    {
        switch (next)
        {
            case InterleavedEvent.CallbackSuccess or InterleavedEvent.EarlyCallback:
                return await platform.CallBackAsync(run, OpsStatus.SUCCESS, nudge: nudge);
            case InterleavedEvent.CallbackFailure:
                return await platform.CallBackAsync(run, OpsStatus.FAILED, nudge: nudge);
            case InterleavedEvent.DuplicateCallback:
                await platform.CallBackAsync(run, duplicate, nudge: nudge);
                return await platform.CallBackAsync(run, duplicate, nudge: nudge);
            case InterleavedEvent.PollSuccess or InterleavedEvent.PollFailure:
                var state = next == InterleavedEvent.PollSuccess ? ScriptedTarget.Up : Crashed;
                var evidence = new Evidence(EvidenceSource.POLL, state.Status, state.Message, platform.Time.GetUtcNow());
                var polled = await platform.Get<DeploymentStore>().ReportAsync(run.DeployId(), evidence, state.Url, default);
                if (nudge) await DeploymentCalls.CallAsync(platform.Durable, run.DeployId(), default);
                return polled;
            case InterleavedEvent.Timeout:
                await platform.Get<CheckDeploymentActivity>().Run(new DeploymentWait(run.DeployId(), Turn, PollTimeout: 0), default);
                if (nudge) await DeploymentCalls.CallAsync(platform.Durable, run.DeployId(), default);
                return null;
            case InterleavedEvent.Cancel:
                var canceled = await platform.TryCancelAsync(run, call: nudge);
                Assert.True(canceled.Succeeded || canceled.Error.Code == PipelineErrors.CancelNotAllowed);
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(next));
        }
    }

    public override string ToString() => string.Join(", ", Order);

    private async Task CancelAsync(TestPlatform platform, bool nudge)
    {
        var canceled = await platform.TryCancelAsync(Run, call: nudge);
        if (IsOver)
        {
            Assert.Equal(PipelineErrors.CancelNotAllowed, canceled.Error!.Code);
            return;
        }

        if (_settled is null) Hear(EvidenceSource.CANCEL, OpsStatus.CANCELED, platform.Time.GetUtcNow());
        Assert.Equal((PipelineStatus.CANCELED, _settled!.Value.Status.ForPipeline()), (canceled.Value.Status, canceled.Value.DeployStatus!.Value));
        (IsOver, _canceled) = (true, true);
    }

    // The same report at the same moment is the same piece of evidence.
    private void Hear(EvidenceSource source, OpsStatus status, DateTimeOffset at)
    {
        if (_settled is null) _settled = (source, status, at);
        else if (_settled != (source, status, at)) _late.Add((source, status));
    }
}
