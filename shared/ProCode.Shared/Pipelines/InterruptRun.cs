using Azure.Data.Tables;
using ProCode.Deployments;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>
/// Marks a pipeline whose run the engine has lost: it is PAUSED and waits for a person's resume, and holds nothing that others wait for. A deployment that it
/// had under way is given up, because nobody would hear of its end; resuming makes another. The run is owed a call, for what it waited in may have outlived it.
/// </summary>
public sealed class InterruptRun(AppPartition rows, PipelineStore pipelines, RunBoundary boundary, Outbox outbox, TimeProvider time)
{
    /// <summary>What is owed for the pipeline then; empty when the run is over or replaced already.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> RunAsync(long appId, long pipelineId, int run, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await pipelines.GetAsync(appId, pipelineId, cancellation);
            if (found.Value.Run != run || found.Value.IsOver) return [];
            var now = time.GetUtcNow();
            var interrupted = Reruns.Interrupt(found.Value, now);
            var onOpen = new Evidence(EvidenceSource.RUN, OpsStatus.FAILED, "The run ended without it.", now);
            var end = await boundary.EndAsync(interrupted, onOpen, by: null, now, cancellation);
            var wake = new OutboxEntry(OutboxKind.WAKE_RUN, pipelineId, run);
            TableTransactionAction[] changes =
            [
                .. PipelineStore.Update(end.Pipeline, found), AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId)),
                AppPartition.Owe(appId, wake), .. PipelineStore.CutOff(found.Value, end.Pipeline, now), .. end.Changes,
            ];
            if (await rows.CommitAsync(appId, changes, cancellation) is not { } versions) continue;
            await outbox.PayListsAsync(changes, versions, end.Listed, cancellation);
            return [wake, .. end.Debts];
        }
    }
}
