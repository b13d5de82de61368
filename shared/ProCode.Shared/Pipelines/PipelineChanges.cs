using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Changes one pipeline's row, whoever else writes to it at the same time, and its line in the list when that shows the change.</summary>
public sealed class PipelineChanges(AppPartition rows, PipelineStore pipelines, Outbox outbox, TimeProvider time)
{
    /// <summary>Applies the change to the row as it is; a change that gives back the same pipeline writes nothing.</summary>
    public async Task<Pipeline> ApplyAsync(long appId, long pipelineId, Func<Pipeline, Pipeline> change, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await pipelines.GetAsync(appId, pipelineId, cancellation);
            var changed = change(found.Value);
            if (changed == found.Value) return changed;
            changed = changed.Changed(time.GetUtcNow());

            var debt = new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId);
            var listed = changed.Status != found.Value.Status;
            var written = await rows.CommitAsync(
                appId, listed ? [PipelineStore.Update(changed, found.ETag), AppPartition.Owe(appId, debt)] : [PipelineStore.Update(changed, found.ETag)], cancellation);
            if (written is null) continue;
            if (listed) await outbox.PayListAsync(changed, debt, written[1], cancellation);
            return changed;
        }
    }
}
