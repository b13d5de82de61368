using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Pipelines;
using ProCode.Repos;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Iterations;

/// <summary>What a release is asked for.</summary>
public sealed record ReleaseOrder(long IterationId, string Tag, bool ExistingTag, string RequestedBy);

/// <summary>A release that was accepted: the PHASE pipeline and the run that carries it out.</summary>
public sealed record Release(long AppId, long IterationId, string Tag, long PipelineId, int Run, PipelineStatus Status);

/// <summary>
/// Enters the RELEASE phase: in one transaction the iteration moves on, its ITERATION pipeline is made or moved, and a PHASE pipeline
/// with its first run is made, which is then owed to the outbox to be started. Effects on the git host are the run's, not ours; we only
/// ask it, briefly, whether the tag could be made at all.
/// </summary>
public sealed class StartRelease(
    AppPartition rows, Owners owners, AppStore apps, AppSettingsStore settings, IterationStore iterations, PipelineStore pipelines, GitRemotes remotes,
    ActiveRuns active, TagProbe probe, IRequestIds requestIds, IdGenerator ids,
    IOptions<PipelineOptions> options, TimeProvider time)
{
    /// <summary>Accepts the release, or says why not; then nothing has changed.</summary>
    public async Task<Result<Release>> RunAsync(ReleaseOrder order, CancellationToken cancellation)
    {
        if (await iterations.FindAsync(order.IterationId, cancellation) is not { } found) return IterationErrors.NotFound(order.IterationId);
        var pipelineId = await requestIds.NextAsync("pipelines", cancellation);
        if (Accepted(found.Value, pipelineId) is { } accepted) return accepted;

        var iteration = found.Value;
        if (iteration.Refusal(IterationEvent.EnterRelease) is { } refusal) return refusal;
        var repoRead = apps.FindRepoAsync(iteration.AppId, cancellation);
        var decided = await settings.FindWithAppAsync(iteration.AppId, cancellation) ?? throw new InvalidOperationException($"App {iteration.AppId} is gone.");
        var repository = await repoRead;
        if (AppErrors.RefusalOf(decided.App.Value) is { } archived) return archived;
        if (ReleaseTag.Parse(order.Tag, decided.Settings.TagPattern).Error is { } wrongTag) return wrongTag;
        if (repository is not { } repo)
            return IterationErrors.PreconditionFailed.With("The app has no git repository, so there is nothing to release.");
        if (!(await remotes.ForAsync(repo, cancellation)).TryGet(out var remote, out var error)) return error;

        // Announced while the git host is asked: one round trip less to wait for. After a refusal the sweep finds nothing owed and forgets it.
        var announced = rows.AnnounceAsync(iteration.AppId, cancellation);
        var no = await probe.RefusalAsync(remote, iteration.SourceBranch, order.Tag, order.ExistingTag, cancellation);
        await announced;
        if (no is not null) return no;
        return await WriteAsync(order, found, decided, pipelineId, cancellation);
    }

    private async Task<Result<Release>> WriteAsync(
        ReleaseOrder order, Stored<Iteration> found, AppWithSettings decided, long pipelineId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var iteration = found.Value;
        var phaseId = await ids.NextAsync("phases", cancellation);
        var parentId = iteration.PipelineId ?? await ids.NextAsync("pipelines", cancellation);
        var phase = new IterationPhase(
            phaseId, PhaseType.RELEASE, iteration.SourceBranch, order.Tag, order.ExistingTag, AppEnvironment.Production, PhaseStatus.RUNNING, pipelineId, now);
        var stageConfigs = decided.Settings.StageConfigsOver(options.Value.PhaseDefaults());
        var pipeline = Pipeline.ForPhase(pipelineId, iteration.AppId, iteration.ProjectId, iteration.Id, parentId, phase, stageConfigs, now);
        var run = new PipelineRun(pipelineId, pipeline.Run, PipelineStatus.PENDING, StageKind.CODE_CHECK, order.RequestedBy, now);

        await Task.WhenAll(
            owners.SetAsync(OwnedKind.Pipeline, pipelineId, iteration.AppId, cancellation), active.AddAsync(pipeline, cancellation),
            iteration.PipelineId is null ? owners.SetAsync(OwnedKind.Pipeline, parentId, iteration.AppId, cancellation) : Task.CompletedTask);
        for (var app = decided.App; ;)
        {
            var parent = iteration.PipelineId is null ? null : await pipelines.GetAsync(iteration.AppId, parentId, cancellation);
            var moved = (parent?.Value ?? Pipeline.ForIteration(parentId, iteration, now)) with { CurrentStage = PhaseType.RELEASE.ToString() };
            moved = moved.Move(moved.Status == PipelineStatus.PENDING ? PipelineEvent.Start : PipelineEvent.Rerun, now);
            var written = await rows.CommitAsync(
                iteration.AppId,
                [
                    AppPartition.Update(
                        iteration.AppId, AppRows.Iteration(iteration.Id), found.ETag, iteration.Enter(IterationEvent.EnterRelease, phase, parentId, now)),
                    parent is null ? PipelineStore.Insert(moved) : PipelineStore.Update(moved, parent.ETag),
                    PipelineStore.Insert(pipeline),
                    AppPartition.Insert(iteration.AppId, AppRows.Run(pipelineId, run.Run), run),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.START_RUN, pipelineId, run.Run)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, parentId)),
                    AppStore.StaysOpen(app),
                ],
                cancellation);
            if (written is not null) return new Release(iteration.AppId, iteration.Id, order.Tag, pipelineId, run.Run, PipelineStatus.RUNNING);

            // Perhaps it was our own write, tried again after its answer was lost.
            var current = await iterations.FindAsync(iteration.AppId, iteration.Id, cancellation);
            if (current is not null && Accepted(current.Value, pipelineId) is { } release) return release;

            // A push at the same moment changes nothing that a release goes by.
            if (current is null || (current.ETag != found.ETag && !iteration.IsSameButForPushes(current.Value)))
                return IterationErrors.CannotAdvance.With("The iteration was changed by someone else at the same moment; look at it and try again.");
            (found, iteration) = (current, current.Value);

            // Or something else was begun in the app, which is none of our business, or the app was archived.
            app = (await apps.FindAsync(iteration.AppId, cancellation))!;
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
        }
    }

    // A request that is repeated under its Idempotency-Key comes with the same pipeline id.
    private static Release? Accepted(Iteration iteration, long pipelineId) =>
        iteration.Phases.FirstOrDefault(phase => phase.PipelineId == pipelineId) is { } phase
            ? new Release(iteration.AppId, iteration.Id, phase.Tag, pipelineId, 1, PipelineStatus.RUNNING)
            : null;
}
