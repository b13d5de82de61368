using Azure.Data.Tables;
using ProCode.Idempotency;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Opens the gate that a pipeline waits at; its run is owed a call.</summary>
public sealed class ProceedPipeline(AppPartition rows, PipelineStore pipelines, Outbox outbox, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The pipeline with the gate open, or why there is none; then nothing has changed.</summary>
    public async Task<Result<Pipeline>> RunAsync(long pipelineId, string by, CancellationToken cancellation)
    {
        var commandId = await requestIds.NextAsync("commands", cancellation);
        while (true)
        {
            if (await pipelines.FindAsync(pipelineId, cancellation) is not { } found) return PipelineErrors.NotFound(pipelineId);
            if (found.Value.HasTaken(commandId)) return found.Value;
            var command = new PipelineCommand(commandId, CommandKind.PROCEED, by, time.GetUtcNow());
            if (!Reruns.Proceed(found.Value, command).TryGet(out var opened, out var error)) return error;

            TableTransactionAction[] changes =
            [
                .. PipelineStore.Update(opened, found), AppPartition.Owe(opened.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, opened.Id)),
                AppPartition.Owe(opened.AppId, new OutboxEntry(OutboxKind.WAKE_RUN, opened.Id, opened.Run)),
            ];
            if (await rows.CommitAsync(opened.AppId, changes, cancellation) is not { } versions) continue;
            await outbox.PayListsAsync(changes, versions, [opened], cancellation);
            return opened;
        }
    }
}
