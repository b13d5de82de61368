using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Iterations;

/// <summary>An iteration that was closed, and what is still owed for it: a call to its ITERATION pipeline, if it has one.</summary>
public sealed record ClosedIteration(Iteration Iteration, IReadOnlyList<OutboxEntry> Debts);

/// <summary>Closes an iteration that nothing runs in, for good. What it has deployed runs on.</summary>
public sealed class CloseIteration(
    AppPartition rows, AppStore apps, IterationStore iterations, PipelineStore pipelines, Outbox outbox, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The closed iteration, or why it is none; then nothing has changed.</summary>
    public async Task<Result<ClosedIteration>> RunAsync(long iterationId, string by, CancellationToken cancellation)
    {
        var commandId = await requestIds.NextAsync("commands", cancellation);
        while (true)
        {
            if (await iterations.FindAsync(iterationId, cancellation) is not { } found) return IterationErrors.NotFound(iterationId);
            var iteration = found.Value;

            // Repeated under its Idempotency-Key, or our own write, tried again after its answer was lost.
            if (iteration.Closing?.CommandId == commandId) return new ClosedIteration(iteration, []);
            if (iteration.Refusal(IterationEvent.Close, maySkip: false) is { } refusal) return refusal;
            if (AppErrors.RefusalOf((await apps.FindAsync(iteration.AppId, cancellation))!.Value) is { } archived) return archived;

            var now = time.GetUtcNow();
            var closed = iteration.Closed(new IterationClosing(commandId, by, now));
            List<TableTransactionAction> changes = [.. IterationStore.Update(closed, found)];
            if (iteration.PipelineId is not { } parentId)
            {
                if (await rows.CommitAsync(iteration.AppId, changes, cancellation) is null) continue;
                return new ClosedIteration(closed, []);
            }

            var parent = await pipelines.GetAsync(iteration.AppId, parentId, cancellation);
            var settled = IterationProgress.Settle(parent.Value, closed, now);
            var wake = new OutboxEntry(OutboxKind.WAKE_ITERATION, parentId);
            changes.AddRange(
            [
                .. PipelineStore.Update(settled, parent), AppPartition.Owe(iteration.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, parentId)),
                AppPartition.Owe(iteration.AppId, wake),
            ]);
            if (await rows.CommitAsync(iteration.AppId, changes, cancellation) is not { } versions) continue;
            await outbox.PayListsAsync(changes, versions, [settled], cancellation);
            return new ClosedIteration(closed, [wake]);
        }
    }
}
