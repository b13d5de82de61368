using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// Writes what an attempt brought and begins what comes next, in one transaction. When the run ends, the same transaction settles all that ends
/// with it (<see cref="RunBoundary"/>).
/// </summary>
public sealed class AdvancePipelineActivity(
    AppPartition rows, PipelineStore pipelines, DeploymentStore deployments, RunBoundary boundary, Outbox outbox, RunCalls calls,
    IOptions<PipelineOptions> options, TimeProvider time, ILogger<AdvancePipelineActivity> logger)
{
    [Function(nameof(AdvancePipelineActivity))]
    public async Task<NextStep> Run([ActivityTrigger] AdvanceRequest input, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (run, outcome) = (input.Run, await WholeAsync(input, cancellation));
        while (true)
        {
            var found = await pipelines.GetAsync(run.AppId, run.PipelineId, cancellation);
            var before = found.Value;
            if (outcome is null) await ForgetCallsAsync(before, run, cancellation);
            if (before.Run != run.Run) return new NextStep(NextStepKind.END); // A later run has taken over.

            var now = time.GetUtcNow();
            var applied = outcome is null ? before : PipelineProgress.Apply(before, outcome, options.Value.FirstRetryInterval, now);
            var (after, step) = PipelineProgress.Decide(applied, now);
            if (after == before) return step;

            var debt = new OutboxEntry(OutboxKind.LIST_PIPELINE, after.Id);
            var ended = after.Status.IsFinal();
            IReadOnlyList<TableTransactionAction> closing = [];
            IReadOnlyList<OutboxEntry> owed = [];
            if (ended)
            {
                var onOpen = new Evidence(EvidenceSource.RUN, OpsStatus.FAILED, "The run ended without it.", now);
                (after, closing, owed) = await boundary.EndAsync(after, onOpen, by: null, now, cancellation);
            }

            List<TableTransactionAction> changes = [PipelineStore.Update(after, found.ETag), AppPartition.Owe(run.AppId, debt), .. closing];
            if (applied != before) changes.Add(PipelineStore.Record(AttemptRecord.Of(applied, applied[outcome!.Stage], now), run.AppId));
            if (await rows.CommitAsync(run.AppId, changes, cancellation) is not { } versions) continue;

            if (outcome?.Failure is { } failure) PipelineLog.StageFailed(logger, run.PipelineId, run.Run, outcome.Stage, outcome.Attempt, failure.Error);
            if (ended) PipelineLog.RunEnded(logger, run.PipelineId, run.Run, after.Status);
            await outbox.PayListAsync(after, debt, versions[1], cancellation);

            // What began the run left the parent's line to us, for it answers at once; the end has moved the parent itself.
            if (ended || outcome is null) await outbox.PayParentAsync(after, cancellation);
            await calls.PayAsync(durable, run.AppId, owed, cancellation);
            return step;
        }
    }

    // The run has heard what it was called for. After its first steps nobody calls it unless a person has acted on the pipeline.
    private async Task ForgetCallsAsync(Pipeline pipeline, RunRequest run, CancellationToken cancellation)
    {
        await outbox.ForgetAsync(run.AppId, new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run), cancellation);
        if (pipeline.LastCommand is not null) await outbox.ForgetAsync(run.AppId, new OutboxEntry(OutboxKind.WAKE_RUN, run.PipelineId, run.Run), cancellation);
    }

    // The history has only the first line of what a deployment failed of; its row has all of it.
    private async Task<StageOutcome?> WholeAsync(AdvanceRequest input, CancellationToken cancellation)
    {
        if (input.Outcome is not { Stage: StageKind.DEPLOY, Failure: { } failure } outcome) return input.Outcome;
        var id = new DeployId(input.Run.AppId, input.Run.PipelineId, input.Run.Run, outcome.Attempt);
        return await deployments.FindAsync(id, cancellation) is { Value: { IsSettled: true, Message: var message } }
            ? outcome with { Failure = failure with { Message = DeploymentErrors.FromTarget(message).Message } }
            : outcome;
    }
}
