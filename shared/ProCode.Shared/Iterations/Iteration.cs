using System.Text.Json.Serialization;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Iterations;

/// <summary>A planned change of an app, from its source branch to a release.</summary>
public sealed record Iteration(
    long Id, long AppId, long ProjectId, string Name, IterationStatus Status, string SourceBranch, PhaseType? CurrentPhase,
    long? PipelineId, IReadOnlyList<IterationPhase> Phases, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Names have at most this many characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Branch names have at most this many characters.</summary>
    public const int MaxBranchLength = 100;

    /// <summary>Phases are kept in the iteration's own row; this many fit well below the size limits of a row.</summary>
    public const int MaxPhases = 50;

    /// <summary>The commit that the source branch was last heard to be on; null before the first push that we heard of.</summary>
    public string? LastCommitId { get; init; }

    /// <summary>When the source branch was first heard to be on that commit.</summary>
    public DateTimeOffset? LastCommitAt { get; init; }

    /// <summary>Grows with every change.</summary>
    public int Version { get; init; }

    /// <summary>Who closed it; null for one that nobody did.</summary>
    public IterationClosing? Closing { get; init; }

    /// <summary>True until the iteration is released or closed.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is not (IterationStatus.RELEASED or IterationStatus.CLOSED);

    /// <summary>The phase that runs or ran last; null before the first.</summary>
    [JsonIgnore]
    public IterationPhase? LatestPhase => Phases.Count == 0 ? null : Phases[^1];

    /// <summary>Why the iteration can't take a person's event now, or null when it can. <paramref name="maySkip"/>: the app lets its iterations be
    /// released from TESTING without STAGING.</summary>
    public Error? Refusal(IterationEvent on, bool maySkip)
    {
        if (!IterationTransitions.Table.Allows(Status, on))
        {
            var by = Closing is { } closing ? $" (closed by {closing.By} at {closing.At:O})" : "";
            var allowed = string.Join(", ", IterationTransitions.Table.StatesAllowing(on));
            var instead = Enum.GetValues<PhaseType>().Where(type => IterationTransitions.Table.Allows(Status, type.Entry())).ToList();
            return IterationErrors.CannotAdvance.With(
                $"The iteration is {Status}{by}; it can {Words(on)} when it is {allowed}."
                + (instead.Count == 0 ? "" : $" From {Status} it can enter {string.Join(", ", instead)}."));
        }

        if (LatestPhase is not { } phase) return null;
        if (phase.Status is PhaseStatus.PENDING or PhaseStatus.RUNNING)
            return IterationErrors.CannotAdvance.With($"Phase {phase.Type} is still running (pipeline {phase.PipelineId}); wait for its end or cancel it first.");
        if (on == IterationEvent.Close) return null;
        if (Status != IterationStatus.RELEASING && phase.Status != PhaseStatus.SUCCESS)
            return IterationErrors.PreconditionFailed.With($"Phase {phase.Type} is {phase.Status}; it must be SUCCESS first. Retry, resume or restart its pipeline {phase.PipelineId}.");
        if (Status == IterationStatus.TESTING && on == IterationEvent.EnterRelease && !maySkip)
            return IterationErrors.PreconditionFailed.With("STAGING comes before RELEASE: enter that, or let the app's iterations skip it (its setting allowSkippingPhases).");
        return Phases.Count >= MaxPhases
            ? IterationErrors.PreconditionFailed.With($"The iteration has had {MaxPhases} phases, the most it can; close it and make a new one.")
            : null;
    }

    /// <summary>The phases that can be entered now.</summary>
    public IEnumerable<PhaseType> Enterable(bool maySkip) => Enum.GetValues<PhaseType>().Where(type => Refusal(type.Entry(), maySkip) is null);

    private static string Words(IterationEvent on) => on switch
    {
        IterationEvent.EnterTesting => "enter TESTING",
        IterationEvent.EnterStaging => "enter STAGING",
        IterationEvent.EnterRelease => "enter RELEASE",
        IterationEvent.Close => "be closed",
        IterationEvent.Develop or IterationEvent.PhaseSucceeded or IterationEvent.PhaseFailed => throw new ArgumentOutOfRangeException(nameof(on), "Nobody asks for this."),
    };

    /// <summary>True when the pipeline is the one that its phase, be it the latest or not, is carried out by.</summary>
    public bool IsCarriedOutBy(Pipeline pipeline) => Phases.Any(phase => phase.Id == pipeline.RefId && phase.PipelineId == pipeline.Id);

    /// <summary>Why a pipeline of a phase can't run again, or null when it can: only the latest phase of an open iteration can, and only in its latest pipeline.</summary>
    public Error? RefusalToRunAgain(Pipeline pipeline)
    {
        if (!IsOpen) return IterationErrors.CannotAdvance.With($"The iteration is {Status}; none of its pipelines runs again. An environment can be rolled back.");
        if (LatestPhase?.Id != pipeline.RefId) return IterationErrors.CannotAdvance.With($"The iteration has gone on to the phase {LatestPhase?.Type} (pipeline {LatestPhase?.PipelineId}).");
        return LatestPhase.PipelineId == pipeline.Id
            ? null
            : IterationErrors.CannotAdvance.With($"The phase {LatestPhase.Type} has a newer pipeline, {LatestPhase.PipelineId}.");
    }

    /// <summary>The iteration with a new phase entered.</summary>
    public Iteration Enter(IterationEvent on, IterationPhase phase, long pipelineId, DateTimeOffset now) => this with
    {
        Status = IterationTransitions.Table.Move(Status, on),
        CurrentPhase = phase.Type,
        PipelineId = pipelineId,
        Phases = [.. Phases, phase],
        UpdatedAt = now,
        Version = Version + 1,
    };

    /// <summary>The iteration closed.</summary>
    public Iteration Closed(IterationClosing closing) => this with
    {
        Status = IterationTransitions.Table.Move(Status, IterationEvent.Close),
        Closing = closing,
        UpdatedAt = closing.At,
        Version = Version + 1,
    };

    /// <summary>The iteration with its latest phase running in another pipeline.</summary>
    public Iteration CarriedOutBy(long pipelineId, DateTimeOffset now) =>
        (this with { Phases = [.. Phases.SkipLast(1), Phases[^1].CarriedOutBy(pipelineId)] }).WithPhase(Phases[^1].Id, PhaseStatus.RUNNING, now);

    /// <summary>The open iteration after its source branch was heard to be on a commit.</summary>
    public Iteration WithCommit(string commitId, DateTimeOffset now)
    {
        var status = IterationTransitions.Table.Next(Status, IterationEvent.Develop) ?? Status;
        return status == Status && commitId == LastCommitId ? this : this with
        {
            Status = status,
            LastCommitId = commitId,
            LastCommitAt = commitId == LastCommitId ? LastCommitAt : now,
            UpdatedAt = now,
            Version = Version + 1,
        };
    }

    /// <summary>True when the other is this one, except for what was heard of the source branch meanwhile.</summary>
    public bool IsSameButForPushes(Iteration other) => Phases.SequenceEqual(other.Phases) && other == this with
    {
        Phases = other.Phases,
        Status = IterationTransitions.Table.Next(Status, IterationEvent.Develop) == other.Status ? other.Status : Status,
        LastCommitId = other.LastCommitId,
        LastCommitAt = other.LastCommitAt,
        UpdatedAt = other.UpdatedAt,
        Version = other.Version,
    };

    /// <summary>The iteration after the pipeline of one of its phases changed how the phase stands.</summary>
    public Iteration WithPhase(long phaseId, PhaseStatus status, DateTimeOffset now)
    {
        DateTimeOffset? ended = status is PhaseStatus.SUCCESS or PhaseStatus.FAILED ? now : null;
        var phases = Phases.Select(phase => phase.Id == phaseId ? phase with { Status = status, EndedAt = ended } : phase).ToList();
        var next = status switch
        {
            PhaseStatus.SUCCESS => IterationTransitions.Table.Next(Status, IterationEvent.PhaseSucceeded),
            PhaseStatus.FAILED => IterationTransitions.Table.Next(Status, IterationEvent.PhaseFailed),
            PhaseStatus.PENDING or PhaseStatus.RUNNING => Status,
        };
        return this with { Phases = phases, Status = LatestPhase?.Id == phaseId ? next ?? Status : Status, UpdatedAt = now, Version = Version + 1 };
    }
}

/// <summary>Who closed an iteration. <paramref name="CommandId"/> is the same when a request is repeated under its Idempotency-Key.</summary>
public sealed record IterationClosing(long CommandId, string By, DateTimeOffset At);
