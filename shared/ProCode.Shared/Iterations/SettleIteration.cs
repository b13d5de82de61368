using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Iterations;

/// <summary>
/// Looks after an ITERATION pipeline: brings its row to where its iteration stands, whatever has kept it from there, and says whether anything can still
/// come. As a rule whoever changed the iteration has done so already, by the same <see cref="IterationProgress"/>, and there is nothing to write.
/// </summary>
public sealed class SettleIteration(AppPartition rows, AppStore apps, IterationStore iterations, PipelineStore pipelines, Outbox outbox, TimeProvider time)
{
    /// <summary>True when the iteration is over, or can't go on because its app was archived.</summary>
    public async Task<bool> RunAsync(long appId, long pipelineId, CancellationToken cancellation)
    {
        // Forgotten before the rows are read: who changes them from here on owes a call anew.
        await outbox.ForgetAsync(appId, new OutboxEntry(OutboxKind.WAKE_ITERATION, pipelineId), cancellation);
        if (await IsOverAsync(appId, pipelineId, cancellation)) return true;
        while (true)
        {
            // The pipeline first: should the iteration change in between, so does the pipeline, and the write below fails.
            var found = await pipelines.GetAsync(appId, pipelineId, cancellation);
            var appRead = apps.FindAsync(appId, cancellation);
            var iteration = (await iterations.FindAsync(appId, found.Value.IterationId, cancellation))!.Value;
            var isOver = !iteration.IsOpen || (await appRead)?.Value.ArchivedAt is not null;
            var settled = IterationProgress.Settle(found.Value, iteration, time.GetUtcNow());
            if (settled == found.Value) return isOver;

            TableTransactionAction[] changes =
                [.. PipelineStore.Update(settled, found), AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId))];
            if (await rows.CommitAsync(appId, changes, cancellation) is not { } versions) continue;
            await outbox.PayListsAsync(changes, versions, [settled], cancellation);
            return isOver;
        }
    }

    // An iteration that is over stays so, and most often it was this process that ended it.
    private async Task<bool> IsOverAsync(long appId, long pipelineId, CancellationToken cancellation)
    {
        var pipeline = (await pipelines.RecallAsync(appId, pipelineId, cancellation)).Value;
        var iteration = await rows.RecallAsync<Iteration>(appId, AppRows.Iteration(pipeline.IterationId), cancellation);
        return iteration is { Value: { IsOpen: false } over } && IterationProgress.Settle(pipeline, over, time.GetUtcNow()) == pipeline;
    }
}
