using System.Text.Json;
using System.Text.Json.Serialization;
using ProCode.Json;

namespace ProCode.Pipelines;

/// <summary>
/// A pipeline and its current run. <paramref name="RefId"/> is the iteration of an ITERATION pipeline and the phase of a PHASE
/// pipeline. The stages, in order, are those of the current run; what earlier
/// runs finished is kept in them.
/// </summary>
public sealed record Pipeline(
    long Id, long AppId, long ProjectId, long IterationId, PipelineType Type, long? ParentId, long RefId, PipelineStatus Status, string? CurrentStage,
    int Run, IReadOnlyList<StageRun> Stages, IReadOnlyDictionary<StageKind, StageConfig> StageConfigs, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    private const int MaxEarlierCommands = 20;

    public DeployStatus? DeployStatus { get; init; }

    public string? DeployId { get; init; }

    public WaitingFor? WaitingFor { get; init; }

    /// <summary>Environment that the DEPLOY stage deploys to.</summary>
    public string? Environment { get; init; }

    /// <summary>The tag that this pipeline releases (a RELEASE phase's), and whether it is an existing one.</summary>
    public string? Tag { get; init; }

    public bool ExistingTag { get; init; }

    /// <summary>The commit (full hexadecimal id) that the release means, from the moment it was first made out.</summary>
    public string? CommitId { get; init; }

    /// <summary>The branch that the commit is the head of.</summary>
    public string? Branch { get; init; }

    /// <summary>The branch that CODE_CHECK makes on the commit: TESTING only.</summary>
    public string? TestBranch { get; init; }

    /// <summary>The stages of an ITERATION pipeline, one for each phase.</summary>
    public IReadOnlyList<IterationStageRun> IterationStages { get; init => field = value.Count == 0 ? [] : value; } = [];

    /// <summary>The deployment that this pipeline rolls its environment back to; null for the pipeline of a phase that was entered.</summary>
    public string? RollbackTo { get; init; }

    /// <summary>What made the pipeline; null for an ITERATION pipeline.</summary>
    [JsonIgnore]
    public PipelineTrigger? Trigger =>
        Type == PipelineType.ITERATION ? null : RollbackTo is null ? PipelineTrigger.PHASE_ENTRY : PipelineTrigger.ROLLBACK;

    /// <summary>The last thing that a person did with it.</summary>
    public PipelineCommand? LastCommand { get; init; }

    /// <summary>The ids of the commands before that, newest first; the last few only.</summary>
    public IReadOnlyList<long> EarlierCommands { get; init => field = value.Count == 0 ? [] : value; } = [];

    /// <summary>True when the run does nothing more: the pipeline has ended, or the engine has lost the run.</summary>
    [JsonIgnore]
    public bool IsOver => Status.IsFinal() || IsInterrupted;

    /// <summary>True when the engine has lost the run, and a person is waited for to resume it.</summary>
    [JsonIgnore]
    public bool IsInterrupted => WaitingFor is { Kind: WaitKind.RESUME };

    /// <summary>True when this command was carried out already, even if others have come since.</summary>
    public bool HasTaken(long commandId) => LastCommand?.Id == commandId || EarlierCommands.Contains(commandId);

    /// <summary>The pipeline with the command as its last.</summary>
    public Pipeline Taking(PipelineCommand command) => this with
    {
        LastCommand = command,
        EarlierCommands = LastCommand is { } last ? [last.Id, .. EarlierCommands.Take(MaxEarlierCommands - 1)] : [],
    };

    /// <summary>The stage that is not finished yet and would be next; null when all are.</summary>
    [JsonIgnore]
    public StageRun? NextStage => Stages.FirstOrDefault(stage => stage.Status is not (StageStatus.SUCCESS or StageStatus.SKIPPED));

    /// <summary>The stage that a PHASE pipeline is at: the next, or the last when all are finished.</summary>
    [JsonIgnore]
    public StageRun StageAt => NextStage ?? Stages[^1];

    /// <summary>Grows with every change.</summary>
    public int Version { get; init; }

    /// <summary>A PHASE pipeline about to start its first run.</summary>
    public static Pipeline ForPhase(
        long id, long appId, long projectId, long iterationId, long parentId, Iterations.IterationPhase phase,
        IReadOnlyDictionary<StageKind, StageConfig> stageConfigs, DateTimeOffset now) =>
        new(id, appId, projectId, iterationId, PipelineType.PHASE, parentId, phase.Id, PipelineStatus.PENDING, null, 1,
            [.. Enum.GetValues<StageKind>().Select(stage => new StageRun(stage, StageStatus.PENDING, 0))], stageConfigs, now, now)
        {
            Environment = phase.Environment,
            Tag = phase.Tag,
            ExistingTag = phase.ExistingTag,
            Branch = phase.Branch,
            TestBranch = phase.TestBranch,
            Version = 1,
        };

    /// <summary>
    /// A PHASE pipeline that deploys again what <paramref name="released"/> has packaged: a second one of the same phase, tag and commit, with all
    /// stages before DEPLOY taken over as they ended there. The phase and the ITERATION pipeline take no notice of it.
    /// </summary>
    public static Pipeline ForRollback(
        long id, Pipeline released, string deploymentId, IReadOnlyDictionary<StageKind, StageConfig> stageConfigs, DateTimeOffset now) =>
        new(id, released.AppId, released.ProjectId, released.IterationId, PipelineType.PHASE, released.ParentId, released.RefId, PipelineStatus.PENDING, null, 1,
            [.. Enum.GetValues<StageKind>().Select(stage => stage < StageKind.DEPLOY ? released[stage] : new StageRun(stage, StageStatus.PENDING, 0))],
            stageConfigs, now, now)
        {
            Environment = released.Environment,
            Tag = released.Tag,
            ExistingTag = released.ExistingTag,
            CommitId = released.CommitId,
            Branch = released.Branch,
            RollbackTo = deploymentId,
            Version = 1,
        };

    /// <summary>The ITERATION pipeline of an iteration. Its stages are the phases, each a pipeline of its own.</summary>
    public static Pipeline ForIteration(long id, Iterations.Iteration iteration, DateTimeOffset now) =>
        new(id, iteration.AppId, iteration.ProjectId, iteration.Id, PipelineType.ITERATION, null, iteration.Id, PipelineStatus.PENDING, null, 1, [],
            new Dictionary<StageKind, StageConfig>(), now, now)
        { Version = 1 };

    /// <summary>The named stage of the current run.</summary>
    public StageRun this[StageKind stage] => Stages.Single(run => run.Stage == stage);

    /// <summary>True when the pipeline still holds, packaged, the image with this digest.</summary>
    public bool HasPackaged(string digest) =>
        Stages.Where(run => run.Stage < StageKind.DEPLOY).All(run => run.Status == StageStatus.SUCCESS) && OutputOf<PackageOutput>(StageKind.PACKAGE).Digest == digest;

    /// <summary>The checkpoint of a stage; asking before it succeeded is a programming error.</summary>
    public T OutputOf<T>(StageKind stage) =>
        this[stage] is { Status: StageStatus.SUCCESS, Output: { } output }
            ? output.Deserialize<T>(ProCodeJson.Stored)!
            : throw new InvalidOperationException($"Pipeline {Id}: stage {stage} has no checkpoint.");

    /// <summary>The pipeline after the event.</summary>
    public Pipeline Move(PipelineEvent on, DateTimeOffset now) =>
        Changed(now) with { Status = PipelineTransitions.Table.Move(Status, on) };

    /// <summary>The pipeline with another state of one stage.</summary>
    public Pipeline With(StageRun stage, DateTimeOffset now) =>
        Changed(now) with { Stages = [.. Stages.Select(run => run.Stage == stage.Stage ? stage : run)] };

    /// <summary>The pipeline with its change counted.</summary>
    public Pipeline Changed(DateTimeOffset now) => this with { Version = Version + 1, UpdatedAt = now };
}
