using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Iterations;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Which phase is to be carried out anew; without <paramref name="PhaseId"/> the iteration's latest.</summary>
public sealed record PipelineOrder(
    long IterationId, long? PhaseId, IReadOnlyDictionary<StageKind, StageConfigChange> StageConfigs, string RequestedBy);

/// <summary>A pipeline that was made, and what is owed for it besides the start of its run.</summary>
public sealed record StartedPipeline(Pipeline Pipeline, IReadOnlyList<OutboxEntry> Debts);

/// <summary>
/// Carries the latest phase of an open iteration out anew, once its pipeline has ended: another PHASE pipeline for the same branch, tag and commit, with nothing
/// taken over, takes the place of the one before, which stays as it ended. Its first run is owed to the outbox to be started.
/// </summary>
public sealed class StartPipeline(
    AppPartition rows, Owners owners, AppSettingsStore settings, IterationStore iterations, PipelineStore pipelines, ActiveRuns active, IRequestIds requestIds,
    IOptions<PipelineOptions> options, TimeProvider time)
{
    /// <summary>The new pipeline, or why there is none; then nothing has changed.</summary>
    public async Task<Result<StartedPipeline>> RunAsync(PipelineOrder order, CancellationToken cancellation)
    {
        var pipelineId = await requestIds.NextAsync("pipelines", cancellation);
        while (true)
        {
            if (await iterations.FindAsync(order.IterationId, cancellation) is not { } found) return IterationErrors.NotFound(order.IterationId);
            var iteration = found.Value;
            var (madeRead, decidedRead) = (
                pipelines.FindAsync(iteration.AppId, pipelineId, cancellation), settings.FindWithAppAsync(iteration.AppId, cancellation));
            var (made, decided) = (await madeRead, (await decidedRead)!);
            var wake = new OutboxEntry(OutboxKind.WAKE_ITERATION, iteration.PipelineId ?? 0);

            // Repeated under its Idempotency-Key, or our own write, tried again after its answer was lost.
            if (made is not null) return new StartedPipeline(made.Value, [wake]);
            if (AppErrors.RefusalOf(decided.App.Value) is { } archived) return archived;
            if (!FindPhase(iteration, order.PhaseId).TryGet(out var phase, out var error)) return error;
            var (earlierRead, parentRead) = (
                pipelines.GetAsync(iteration.AppId, phase.PipelineId, cancellation), pipelines.GetAsync(iteration.AppId, iteration.PipelineId!.Value, cancellation));
            var (earlier, parent) = ((await earlierRead).Value, await parentRead);
            if (!earlier.Status.IsFinal())
                return IterationErrors.CannotAdvance.With($"Pipeline {earlier.Id} of phase {phase.Type} is {earlier.Status}; " + (earlier.IsInterrupted ? "resume it or cancel it first." : "wait for its end or cancel it first."));

            var now = time.GetUtcNow();
            var again = iteration.CarriedOutBy(pipelineId, now);
            var stageConfigs = StageConfigChange.Over(decided.Settings.StageConfigsOver(options.Value.PhaseDefaults()), order.StageConfigs);
            var pipeline = Pipeline.ForPhase(pipelineId, iteration.AppId, iteration.ProjectId, iteration.Id, parent.Value.Id, phase, stageConfigs, now) with
            {
                CommitId = earlier.CommitId,
            };
            var run = new PipelineRun(pipelineId, pipeline.Run, PipelineStatus.PENDING, StageKind.CODE_CHECK, order.RequestedBy, now);
            await Task.WhenAll(
                owners.SetAsync(OwnedKind.Pipeline, pipelineId, iteration.AppId, cancellation), active.AddAsync(pipeline, cancellation),
                rows.AnnounceAsync(iteration.AppId, cancellation));
            var written = await rows.CommitAsync(
                iteration.AppId,
                [
                    .. IterationStore.Update(again, found),
                    .. PipelineStore.Update(IterationProgress.Settle(parent.Value, again, now), parent),
                    .. PipelineStore.Insert(pipeline),
                    AppPartition.Insert(iteration.AppId, AppRows.Run(pipelineId, run.Run), run),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.START_RUN, pipelineId, run.Run)),
                    AppPartition.Owe(iteration.AppId, wake),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId)),
                    AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, parent.Value.Id)),
                    AppStore.StaysOpen(decided.App),
                ],
                cancellation);
            if (written is not null) return new StartedPipeline(pipeline, [wake]);

            // Somebody was first, or it was our own write after all: look again at everything.
        }
    }

    private static Result<IterationPhase> FindPhase(Iteration iteration, long? phaseId)
    {
        if (phaseId is { } id && iteration.Phases.All(phase => phase.Id != id))
            return IterationErrors.PhaseInvalid.With($"Iteration {iteration.Id} has no phase {id}.", "phaseId", "is no phase of the iteration");
        if (!iteration.IsOpen) return IterationErrors.CannotAdvance.With($"The iteration is {iteration.Status}; none of its phases is carried out again. An environment can be rolled back.");
        if (iteration.LatestPhase is not { } latest) return IterationErrors.PreconditionFailed.With("The iteration has entered no phase yet; proceed to one first.");
        return phaseId is null || phaseId == latest.Id
            ? latest
            : IterationErrors.CannotAdvance.With($"The iteration has gone on to the phase {latest.Type} ({latest.Id}); only that can be carried out again.");
    }
}
