using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>A stage as it must stand.</summary>
internal sealed class ModelStage
{
    public StageStatus Status { get; set; }

    public int Attempt { get; set; }

    public int ManualRetries { get; set; }

    /// <summary>True when somebody has opened the gate before it.</summary>
    public bool Proceeded { get; set; }

    public bool IsManual { get; set; }
}

/// <summary>A run as its row must stand.</summary>
internal sealed class ModelRun(RunCause cause, StageKind from)
{
    public RunCause Cause { get; } = cause;

    public StageKind From { get; } = from;

    /// <summary>How it ended; null while it is under way.</summary>
    public PipelineStatus? End { get; set; }
}

/// <summary>A PHASE pipeline as it must stand.</summary>
internal sealed class ModelPipeline(long id, ModelIteration iteration, long phaseId, string environment, DateTimeOffset now)
{
    public long Id { get; } = id;

    public ModelIteration Iteration { get; } = iteration;

    public long PhaseId { get; } = phaseId;

    public string Environment { get; } = environment;

    public PipelineStatus Status { get; set; } = PipelineStatus.PENDING;

    public WaitKind? Waits { get; set; }

    public DeployStatus? Deploy { get; set; }

    public ModelStage[] Stages { get; } = [.. Enum.GetValues<StageKind>().Select(_ => new ModelStage())];

    public List<ModelRun> Runs { get; } = [new ModelRun(RunCause.START, StageKind.CODE_CHECK)];

    public int Run => Runs.Count;

    /// <summary>When the current run was asked for: its place in the queue.</summary>
    public DateTimeOffset RequestedAt { get; set; } = now;

    /// <summary>True when the commit was made out, by this pipeline or the one whose place it took.</summary>
    public bool HasCommit { get; set; }

    /// <summary>True when the ops system went away while this was waiting for it, and may have been asking: what was on its way then still gets there.</summary>
    public bool MayStillArrive { get; set; }

    public bool IsOver => Status is PipelineStatus.SUCCESS or PipelineStatus.FAILED or PipelineStatus.CANCELED || Waits == WaitKind.RESUME;

    /// <summary>The first stage that is not done; -1 when all are.</summary>
    public int Next => Array.FindIndex(Stages, stage => stage.Status != StageStatus.SUCCESS);

    /// <summary>True when somebody must go on before the next stage begins.</summary>
    public bool IsAtGate => Next is var next && Stages[next] is { Status: StageStatus.PENDING, Proceeded: false }
        && ((next > 0 && Stages[next - 1].IsManual) || (next == (int)StageKind.DEPLOY && Stages[next].IsManual));

    /// <summary>The current run.</summary>
    public RunRequest RunOf() => new(Iteration.Row.AppId, Id, Run);

    /// <summary>Begins another run.</summary>
    public void Again(RunCause cause, int from, DateTimeOffset now)
    {
        for (var stage = from; stage < Stages.Length; stage++) Stages[stage] = new ModelStage { IsManual = Stages[stage].IsManual };
        Runs.Add(new ModelRun(cause, (StageKind)from));
        (Status, Waits, Deploy, RequestedAt, MayStillArrive) = (PipelineStatus.RUNNING, null, null, now, false);
    }

    public override string ToString() =>
        $"{Id}#{Run} {Status} {Waits} {Deploy} {string.Join(' ', Stages.Select(stage => $"{stage.Status}{stage.Attempt}"))}";
}
