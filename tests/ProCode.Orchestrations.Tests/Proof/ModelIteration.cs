using ProCode.Iterations;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>A phase as it must stand.</summary>
internal sealed class ModelPhase(PhaseType type, ModelPipeline pipeline)
{
    public PhaseType Type { get; } = type;

    public PhaseStatus Status { get; set; } = PhaseStatus.RUNNING;

    public ModelPipeline Pipeline { get; set; } = pipeline;
}

/// <summary>An iteration as it must stand, and why it refuses what it refuses.</summary>
internal sealed class ModelIteration(Iteration row)
{
    /// <summary>The row as it was made.</summary>
    public Iteration Row { get; } = row;

    public IterationStatus Status { get; set; } = IterationStatus.DRAFT;

    public List<ModelPhase> Phases { get; } = [];

    public ModelPhase? Latest => Phases.Count == 0 ? null : Phases[^1];

    public bool IsOpen => Status is not (IterationStatus.RELEASED or IterationStatus.CLOSED);

    /// <summary>How its ITERATION pipeline must stand; null before there is one.</summary>
    public PipelineStatus? Span => Latest is null ? null
        : Status == IterationStatus.RELEASED ? PipelineStatus.SUCCESS
        : Status == IterationStatus.CLOSED ? PipelineStatus.CANCELED
        : Latest.Status == PhaseStatus.RUNNING ? PipelineStatus.RUNNING
        : Latest.Status == PhaseStatus.FAILED ? PipelineStatus.FAILED
        : PipelineStatus.PAUSED;

    /// <summary>The error of entering a phase now; null when it is possible.</summary>
    public string? RefusesEntry(PhaseType type)
    {
        var may = (Status, type) switch
        {
            (IterationStatus.DRAFT, PhaseType.TESTING or PhaseType.RELEASE) => true,
            (IterationStatus.TESTING, PhaseType.STAGING or PhaseType.RELEASE) => true,
            (IterationStatus.STAGING, PhaseType.RELEASE) => true,
            (IterationStatus.RELEASING, PhaseType.RELEASE) => true,
            _ => false,
        };
        if (!may || Latest?.Status == PhaseStatus.RUNNING) return IterationErrors.CannotAdvance.Name;
        if (Latest is null) return null;
        var precondition = IterationErrors.PreconditionFailed.Name;
        if (Status != IterationStatus.RELEASING && Latest.Status != PhaseStatus.SUCCESS) return precondition;
        if (Status == IterationStatus.TESTING && type == PhaseType.RELEASE) return precondition; // STAGING is not to be skipped.
        return Phases.Count >= Iteration.MaxPhases ? precondition : null;
    }

    /// <summary>The error of closing it now.</summary>
    public string? RefusesClose => !IsOpen || Latest?.Status == PhaseStatus.RUNNING ? IterationErrors.CannotAdvance.Name : null;

    /// <summary>The error of carrying its latest phase out in another pipeline.</summary>
    public string? RefusesStart => !IsOpen ? IterationErrors.CannotAdvance.Name
        : Latest is null ? IterationErrors.PreconditionFailed.Name
        : Latest.Pipeline.Status is PipelineStatus.SUCCESS or PipelineStatus.FAILED or PipelineStatus.CANCELED ? null
        : IterationErrors.CannotAdvance.Name;

    /// <summary>The error of another run of one of its pipelines.</summary>
    public string? RefusesRun(ModelPipeline pipeline) => IsOpen && Latest!.Pipeline == pipeline ? null : IterationErrors.CannotAdvance.Name;

    /// <summary>The phase that the pipeline carries out has ended.</summary>
    public void End(ModelPipeline pipeline, bool succeeded)
    {
        if (Phases.Find(phase => phase.Pipeline == pipeline) is not { } phase) return;
        phase.Status = succeeded ? PhaseStatus.SUCCESS : PhaseStatus.FAILED;
        if (succeeded && phase == Latest && Status == IterationStatus.RELEASING) Status = IterationStatus.RELEASED;
    }

    public override string ToString() => $"{Row.Id} {Status} span {Span}: {string.Join(' ', Phases.Select(phase => $"{phase.Type}:{phase.Status}:{phase.Pipeline.Id}"))}";
}
