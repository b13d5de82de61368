using Azure.Data.Tables;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Changes one pipeline's row, whoever else writes to it at the same time, and its line in the list when that shows the change.</summary>
public sealed class PipelineChanges(AppPartition rows, PipelineStore pipelines, Outbox outbox, TimeProvider time)
{
    /// <summary>Applies the change to the row as it is; a change that gives back the same pipeline writes nothing. The row is read unless it is given.</summary>
    public async Task<Pipeline> ApplyAsync(
        long appId, long pipelineId, Func<Pipeline, Pipeline> change, CancellationToken cancellation, Stored<Pipeline>? found = null)
    {
        for (; ; found = null)
        {
            found ??= await pipelines.GetAsync(appId, pipelineId, cancellation);
            var changed = change(found.Value);
            if (changed == found.Value) return changed;
            changed = changed.Changed(time.GetUtcNow());

            // A line shows the status at once; the rest of what it shows the sweep brings up to date.
            TableTransactionAction[] changes =
                [.. PipelineStore.Update(changed, found), AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId))];
            if (await rows.CommitAsync(appId, changes, cancellation) is not { } versions) continue;
            if (changed.Status != found.Value.Status) await outbox.PayListsAsync(changes, versions, [changed], cancellation);
            return changed;
        }
    }
}
