using ProCode.Deployments;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>An environment as its row must stand.</summary>
internal sealed class ModelEnvironment
{
    public ModelPipeline? Holder { get; set; }

    public List<ModelPipeline> Queue { get; set; } = [];

    public override string ToString() => $"held by {Holder?.Id}#{Holder?.Run}, then {string.Join(' ', Queue.Select(one => $"{one.Id}#{one.Run}"))}";
}

/// <summary>
/// What must be true of apps, their iterations and pipelines: every command's effect in a few lines, without storage, orchestrations or time. Whatever can go on
/// without time goes on at once; what waits for an attempt's turn or an ops system goes on when time passes.
/// </summary>
internal sealed class ModelWorld
{
    private const int MaxRetries = 3;

    public List<ModelIteration> Iterations { get; } = [];

    public List<ModelPipeline> Pipelines { get; } = [];

    public Dictionary<(long App, string Environment), ModelEnvironment> Environments { get; } = [];

    /// <summary>The deployments that the target must have been ordered, each once.</summary>
    public HashSet<string> Ordered { get; } = new(StringComparer.Ordinal);

    /// <summary>The deployments that may have been ordered in the moment when their run ended.</summary>
    public HashSet<string> PerhapsOrdered { get; } = new(StringComparer.Ordinal);

    /// <summary>All deployments, and how each has settled; null: it is open.</summary>
    public Dictionary<string, OpsStatus?> Deployments { get; } = new(StringComparer.Ordinal);

    public bool GitIsDown { get; set; }

    public bool OpsIsDown { get; private set; }

    /// <summary>Who has got an environment that several came to at the same time: nobody can know before.</summary>
    public Func<IReadOnlyList<ModelPipeline>, Task<ModelPipeline>> WhoWasFirst { get; set; } = _ => throw new InvalidOperationException("Nobody was asked.");

    public static string DeployId(ModelPipeline pipeline) => $"deploy-{pipeline.Iteration.Row.AppId}-{pipeline.Id}-{pipeline.Run}-1";

    public ModelEnvironment EnvironmentOf(ModelPipeline pipeline) => Environments.TryGetValue((pipeline.Iteration.Row.AppId, pipeline.Environment), out var found)
        ? found
        : Environments[(pipeline.Iteration.Row.AppId, pipeline.Environment)] = new ModelEnvironment();

    /// <summary>Everybody goes on as far as possible without time.</summary>
    public async Task SettleAsync()
    {
        foreach (var pipeline in Pipelines) Advance(pipeline);
        var arrivals = Pipelines.Where(IsAtEnvironment).GroupBy(EnvironmentOf).ToList();
        foreach (var group in arrivals)
        {
            var (environment, came) = (group.Key, group.ToList());
            if (environment is { Holder: null, Queue.Count: 0 } && came.Count > 1) Take(environment, await WhoWasFirst(came));
            else if (environment is { Holder: null, Queue.Count: 0 }) Take(environment, came[0]);
            foreach (var pipeline in came.Where(one => environment.Holder != one))
            {
                environment.Queue = [.. environment.Queue.Append(pipeline).OrderBy(one => one.RequestedAt).ThenBy(one => one.Id)];
                (pipeline.Status, pipeline.Waits) = (PipelineStatus.PAUSED, WaitKind.LOCK);
            }
        }

        foreach (var environment in Environments.Values.Where(one => one is { Holder: null, Queue.Count: > 0 })) Take(environment, environment.Queue[0]);
    }

    /// <summary>Enough time has passed for everybody who waits for it alone.</summary>
    public async Task PassTimeAsync()
    {
        while (Pipelines.Find(one => one.Waits == WaitKind.RETRY) is { } again)
        {
            again.Waits = null;
            Advance(again);
        }

        foreach (var pipeline in Pipelines.Where(one => one.Waits == WaitKind.OPS && !OpsIsDown)) Order(pipeline);
        await SettleAsync();
    }

    /// <summary>The ops system goes away or comes back.</summary>
    public void TurnOps()
    {
        OpsIsDown = !OpsIsDown;
        foreach (var pipeline in Pipelines.Where(one => one.Waits == WaitKind.OPS)) pipeline.MayStillArrive = true;
    }

    /// <summary>Whether an ops system that was away may have taken the pipeline's order by now. While it is there, any call and any moment can make the pipeline ask again.</summary>
    public static bool MayBeOrdered(ModelPipeline pipeline) => pipeline is { Waits: WaitKind.OPS, MayStillArrive: true };

    /// <summary>It was taken.</summary>
    public void Arrive(ModelPipeline pipeline)
    {
        (pipeline.Status, pipeline.Waits, pipeline.MayStillArrive) = (PipelineStatus.RUNNING, WaitKind.DEPLOYMENT, false);
        Ordered.Add(DeployId(pipeline));
    }

    /// <summary>The run ends: what it holds is free, and its phase has ended.</summary>
    public void End(ModelPipeline pipeline, PipelineStatus status, WaitKind? waits = null, OpsStatus onOpen = OpsStatus.FAILED)
    {
        if (MayBeOrdered(pipeline)) PerhapsOrdered.Add(DeployId(pipeline));
        if (pipeline.Deploy == DeployStatus.DEPLOYING)
        {
            Deployments[DeployId(pipeline)] = onOpen;
            pipeline.Deploy = onOpen.ForPipeline();
        }

        if (pipeline.Next is >= 0 and var next && pipeline.Stages[next] is { Status: StageStatus.RUNNING } cut) cut.Status = StageStatus.FAILED;
        (pipeline.Status, pipeline.Waits) = (status, waits);
        pipeline.Runs[^1].End = waits == WaitKind.RESUME ? PipelineStatus.FAILED : status;
        var environment = EnvironmentOf(pipeline);
        if (environment.Holder == pipeline) environment.Holder = null;
        environment.Queue.Remove(pipeline);
        pipeline.Iteration.End(pipeline, status == PipelineStatus.SUCCESS);
    }

    /// <summary>The open deployment of a pipeline's run is reported to have ended.</summary>
    public void Settle(ModelPipeline pipeline, bool succeeded)
    {
        var stage = pipeline.Stages[(int)StageKind.DEPLOY];
        stage.Status = succeeded ? StageStatus.SUCCESS : StageStatus.FAILED;
        var status = succeeded ? OpsStatus.SUCCESS : OpsStatus.FAILED;
        End(pipeline, succeeded ? PipelineStatus.SUCCESS : PipelineStatus.FAILED, onOpen: status);
    }

    private static bool IsAtEnvironment(ModelPipeline pipeline) =>
        !pipeline.IsOver && pipeline.Waits is null && pipeline.Next == (int)StageKind.DEPLOY && pipeline.Stages[^1].Status == StageStatus.RUNNING && pipeline.Deploy is null;

    // As far as the environment, or a gate.
    private void Advance(ModelPipeline pipeline)
    {
        if (pipeline.IsOver || pipeline.Waits is WaitKind.LOCK or WaitKind.OPS or WaitKind.DEPLOYMENT or WaitKind.RETRY) return;
        if (pipeline.Status == PipelineStatus.PENDING) pipeline.Status = PipelineStatus.RUNNING;
        while (true)
        {
            var (next, stage) = (pipeline.Next, pipeline.Stages[pipeline.Next]);
            if (stage.Status == StageStatus.RUNNING) return;
            if (pipeline.IsAtGate)
            {
                (pipeline.Status, pipeline.Waits) = (PipelineStatus.PAUSED, WaitKind.GATE);
                return;
            }

            (pipeline.Status, pipeline.Waits) = (PipelineStatus.RUNNING, null);
            (stage.Status, stage.Attempt) = (StageStatus.RUNNING, stage.Attempt + 1);
            if (next == (int)StageKind.DEPLOY) return;
            if (next == (int)StageKind.CODE_CHECK && GitIsDown && !pipeline.HasCommit)
            {
                stage.Status = StageStatus.FAILED;
                if (stage.Attempt <= MaxRetries) pipeline.Waits = WaitKind.RETRY;
                else End(pipeline, PipelineStatus.FAILED);
                return;
            }

            if (next == (int)StageKind.CODE_CHECK) pipeline.HasCommit = true;
            stage.Status = StageStatus.SUCCESS;
        }
    }

    private void Take(ModelEnvironment environment, ModelPipeline pipeline)
    {
        environment.Queue.Remove(pipeline);
        environment.Holder = pipeline;
        (pipeline.Deploy, Deployments[DeployId(pipeline)]) = (DeployStatus.DEPLOYING, null);
        Order(pipeline);
    }

    private void Order(ModelPipeline pipeline)
    {
        if (OpsIsDown) (pipeline.Status, pipeline.Waits) = (PipelineStatus.PAUSED, WaitKind.OPS);
        else Arrive(pipeline);
    }
}
