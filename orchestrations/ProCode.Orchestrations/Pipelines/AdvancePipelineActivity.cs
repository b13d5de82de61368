using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// Writes what an attempt brought and begins what comes next, in one transaction. When the run ends, the same transaction settles all that ends
/// with it (<see cref="RunBoundary"/>).
/// </summary>
public sealed class AdvancePipelineActivity(
    AppPartition rows, PipelineStore pipelines, DeploymentStore deployments, RunBoundary boundary, Outbox outbox, RunCalls calls, EventPublisher events,
    IOptions<PipelineOptions> options, TimeProvider time, ILogger<AdvancePipelineActivity> logger)
{
    [Function(nameof(AdvancePipelineActivity))]
    public async Task<NextStep> Run([ActivityTrigger] AdvanceRequest input, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (run, outcome) = (input.Run, await WholeAsync(input, cancellation));
        var start = new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run);
        var isStart = outcome is null && run.Turn == 0;

        // Called for a change of the row, which is read now.
        if (outcome is null && run.Turn > 0) await outbox.ForgetAsync(run.AppId, start with { Kind = OutboxKind.WAKE_RUN }, cancellation);

        // What is called for a change has the row as it is. Otherwise most often the row is as we have left it.
        var recalls = outcome is not null || isStart;
        for (var owesStart = isStart; ;)
        {
            var found = recalls ? await pipelines.RecallAsync(run.AppId, run.PipelineId, cancellation) : await pipelines.GetAsync(run.AppId, run.PipelineId, cancellation);
            var before = found.Value;
            var now = time.GetUtcNow();
            var applied = outcome is null ? before : PipelineProgress.Apply(before, outcome, options.Value.FirstRetryInterval, now);
            var (after, step) = before.Run == run.Run ? PipelineProgress.Decide(applied, now) : (before, new NextStep(NextStepKind.END)); // A later run may have taken over.
            if (after == before && recalls)
            {
                recalls = false;
                continue;
            }

            if (after == before)
            {
                if (isStart) await outbox.ForgetAsync(run.AppId, start, cancellation);
                return step;
            }

            var ended = after.Status.IsFinal();
            var onOpen = new Evidence(EvidenceSource.RUN, OpsStatus.FAILED, "The run ended without it.", now);
            var end = ended ? await boundary.EndAsync(after, onOpen, by: null, now, cancellation) : new RunEnd(after, [], [], [after]);
            after = end.Pipeline;
            List<TableTransactionAction> changes =
                [.. PipelineStore.Update(after, found), AppPartition.Owe(run.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, after.Id)), .. end.Changes];
            if (applied != before) changes.Add(PipelineStore.Record(AttemptRecord.Of(applied, applied[outcome!.Stage], now), run.AppId));
            if (owesStart) changes.Add(AppPartition.Settle(run.AppId, start));
            if (await rows.CommitAsync(run.AppId, changes, cancellation) is not { } versions)
            {
                recalls = owesStart = false;
                continue;
            }

            if (outcome?.Failure is { } failure) PipelineLog.StageFailed(logger, run.PipelineId, run.Run, outcome.Stage, outcome.Attempt, failure.Error);
            if (ended) PipelineLog.RunEnded(logger, run.PipelineId, run.Run, after.Status);

            // A line shows the status at once; the rest of what it shows the sweep brings up to date.
            // What began the run left the parent's line to us, for it answers at once. The debt of our own is renewed by the next step anyway.
            if (isStart && !ended) await Task.WhenAll(pipelines.ListAsync(after, cancellation), outbox.PayParentAsync(after, cancellation));
            else if (after.Status != before.Status) await outbox.PayListsAsync(changes, versions, end.Listed, cancellation);

            await calls.PayAsync(durable, run.AppId, end.Debts, cancellation);
            await events.PayAsync(durable, run.AppId, cancellation);
            return step;
        }
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
