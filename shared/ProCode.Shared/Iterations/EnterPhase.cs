using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Iterations;

/// <summary>Which phase is to be entered; a release has a tag, and no other phase has one.</summary>
public sealed record PhaseOrder(long IterationId, PhaseType Phase, string RequestedBy, string? Tag = null, bool ExistingTag = false)
{
    /// <summary>What differs from the app's stage configs in this pipeline.</summary>
    public IReadOnlyDictionary<StageKind, StageConfigChange> StageConfigs { get; init; } = new Dictionary<StageKind, StageConfigChange>();

    /// <summary>Blames a tag that is missing, or that the phase can't have.</summary>
    public void Validate(Check check)
    {
        var releases = Phase == PhaseType.RELEASE;
        check.That(!releases || !string.IsNullOrWhiteSpace(Tag), "tag", "is required");
        check.That(releases || Tag is null, "tag", "belongs to RELEASE only");
        check.That(releases || !ExistingTag, "existing", "belongs to RELEASE only");
        check.Optional("tag", Tag, ReleaseTag.MaxLength);
    }
}

/// <summary>A phase that was entered: the PHASE pipeline and the run that carry it out, and the ITERATION pipeline.</summary>
public sealed record PhaseEntry(
    long AppId, long IterationId, PhaseType Phase, string? Tag, long PipelineId, int Run, long ParentId, PipelineStatus Status);

/// <summary>
/// Enters a phase: in one transaction the iteration moves on, its ITERATION pipeline is made or moved, and a PHASE pipeline with its first run is made,
/// which is then owed to the outbox to be started. Effects on the git host are the run's, not ours; we only ask it, briefly, whether the phase's tag or
/// branch could be made at all.
/// </summary>
public sealed class EnterPhase(
    AppPartition rows, Owners owners, AppStore apps, AppSettingsStore settings, IterationStore iterations, PipelineStore pipelines, GitRemotes remotes,
    ActiveRuns active, TagProbe probe, IRequestIds requestIds, IdGenerator ids,
    IOptions<PipelineOptions> options, TimeProvider time)
{
    /// <summary>Accepts the entry, or says why not; then nothing has changed.</summary>
    public async Task<Result<PhaseEntry>> RunAsync(PhaseOrder order, CancellationToken cancellation)
    {
        if (await iterations.FindAsync(order.IterationId, cancellation) is not { } found) return IterationErrors.NotFound(order.IterationId);
        var pipelineId = await requestIds.NextAsync("pipelines", cancellation);
        if (Accepted(found.Value, pipelineId) is { } accepted) return accepted;

        // What no setting allows is refused before anything else is asked.
        var iteration = found.Value;
        if (iteration.Refusal(order.Phase.Entry(), maySkip: true) is { } refusal) return refusal;
        var repoRead = apps.FindRepoAsync(iteration.AppId, cancellation);
        var decided = await settings.FindWithAppAsync(iteration.AppId, cancellation) ?? throw new InvalidOperationException($"App {iteration.AppId} is gone.");
        var repository = await repoRead;
        if (AppErrors.RefusalOf(decided.App.Value) is { } archived) return archived;
        if (iteration.Refusal(order.Phase.Entry(), decided.Settings.AllowSkippingPhases) is { } mustNotSkip) return mustNotSkip;
        if (order.Phase == PhaseType.RELEASE && ReleaseTag.Parse(order.Tag, decided.Settings.TagPattern).Error is { } wrongTag) return wrongTag;
        if (repository is not { } repo)
            return IterationErrors.PreconditionFailed.With($"The app has no git repository, so there is nothing that could enter {order.Phase}.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return error;

        // Announced while the git host is asked: one round trip less to wait for. After a refusal the sweep finds nothing owed and forgets it.
        var announced = rows.AnnounceAsync(iteration.AppId, cancellation);
        var testBranch = order.Phase == PhaseType.TESTING
            ? TestBranchPattern.BranchFor(decided.Settings.TestBranchPattern, iteration.Id, iteration.Name)
            : null;
        var refs = new PhaseRefs(iteration.SourceBranch, order.Tag, order.ExistingTag, testBranch);
        var no = await probe.RefusalAsync(remote, refs, cancellation);
        await announced;
        if (no is not null) return no;
        return await WriteAsync(order, found, decided, refs, pipelineId, cancellation);
    }

    private async Task<Result<PhaseEntry>> WriteAsync(
        PhaseOrder order, Stored<Iteration> found, AppWithSettings decided, PhaseRefs refs, long pipelineId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var iteration = found.Value;
        var phaseId = await ids.NextAsync("phases", cancellation);
        var parentId = iteration.PipelineId ?? await ids.NextAsync("pipelines", cancellation);
        var phase = new IterationPhase(
            phaseId, order.Phase, refs.Branch, refs.Tag, refs.ExistingTag, order.Phase.Environment(), PhaseStatus.RUNNING, pipelineId, now)
        {
            TestBranch = refs.TestBranch,
        };
        var stageConfigs = StageConfigChange.Over(decided.Settings.StageConfigsOver(options.Value.PhaseDefaults()), order.StageConfigs);
        var pipeline = Pipeline.ForPhase(pipelineId, iteration.AppId, iteration.ProjectId, iteration.Id, parentId, phase, stageConfigs, now);
        var run = new PipelineRun(pipelineId, pipeline.Run, PipelineStatus.PENDING, StageKind.CODE_CHECK, order.RequestedBy, now);

        await Task.WhenAll(
            owners.SetAsync(OwnedKind.Pipeline, pipelineId, iteration.AppId, cancellation), active.AddAsync(pipeline, cancellation),
            iteration.PipelineId is null ? owners.SetAsync(OwnedKind.Pipeline, parentId, iteration.AppId, cancellation) : Task.CompletedTask);
        for (var app = decided.App; ;)
        {
            var parent = iteration.PipelineId is null ? null : await pipelines.GetAsync(iteration.AppId, parentId, cancellation);
            var entered = iteration.Enter(order.Phase.Entry(), phase, parentId, now);
            var moved = IterationProgress.Settle(parent?.Value ?? Pipeline.ForIteration(parentId, iteration, now), entered, now);
            var written = await rows.CommitAsync(
                iteration.AppId,
                [
                    .. IterationStore.Update(entered, found),
                    .. parent is null ? PipelineStore.Insert(moved) : PipelineStore.Update(moved, parent),
                    .. PipelineStore.Insert(pipeline),
                    AppPartition.Insert(iteration.AppId, AppRows.Run(pipelineId, run.Run), run),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.START_RUN, pipelineId, run.Run)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.WAKE_ITERATION, parentId)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, parentId)),
                    AppStore.StaysOpen(app),
                ],
                cancellation);
            if (written is not null) return Entry(entered, phase);

            // Perhaps it was our own write, tried again after its answer was lost.
            var current = await iterations.FindAsync(iteration.AppId, iteration.Id, cancellation);
            if (current is not null && Accepted(current.Value, pipelineId) is { } accepted) return accepted;

            // A push at the same moment changes nothing that the entry goes by.
            if (current is null || (current.ETag != found.ETag && !iteration.IsSameButForPushes(current.Value)))
                return IterationErrors.CannotAdvance.With("The iteration was changed by someone else at the same moment; look at it and try again.");
            (found, iteration) = (current, current.Value);

            // Or something else was begun in the app, which is none of our business, or the app was archived.
            app = (await apps.FindAsync(iteration.AppId, cancellation))!;
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
        }
    }

    // A request that is repeated under its Idempotency-Key comes with the same pipeline id.
    private static PhaseEntry? Accepted(Iteration iteration, long pipelineId) =>
        iteration.Phases.FirstOrDefault(phase => phase.WasEnteredWith(pipelineId)) is { } phase ? Entry(iteration, phase) : null;

    private static PhaseEntry Entry(Iteration iteration, IterationPhase phase) => new(
        iteration.AppId, iteration.Id, phase.Type, phase.Tag, phase.FirstPipelineId ?? phase.PipelineId, 1, iteration.PipelineId!.Value, PipelineStatus.RUNNING);
}
