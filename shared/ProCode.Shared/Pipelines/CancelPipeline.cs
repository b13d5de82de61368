using Azure.Data.Tables;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Pipelines.Logs;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>A pipeline that was canceled, and what is still owed for it: calls to runs that wait, word to the target.</summary>
public sealed record Cancellation(Pipeline Pipeline, IReadOnlyList<OutboxEntry> Debts);

/// <summary>
/// Cancels a pipeline, whatever it does: in one transaction it ends, with its run, phase and ITERATION pipeline, its deployment is settled as
/// CANCELED if nothing else has settled it, and its lock or its place in the queue is free. What still works for it notices within seconds, and its outcome counts no more.
/// </summary>
public sealed class CancelPipeline(
    AppPartition rows, PipelineStore pipelines, RunBoundary boundary, Outbox outbox, StageLogs logs, IRequestIds requestIds, TimeProvider time)
{
    // What is owed for the cancel must not wait long for a line in a log.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(2);

    /// <summary>The canceled pipeline, or why it is none; then nothing has changed.</summary>
    public async Task<Result<Cancellation>> RunAsync(long pipelineId, string by, CancellationToken cancellation)
    {
        var commandId = await requestIds.NextAsync("commands", cancellation);
        while (true)
        {
            if (await pipelines.FindAsync(pipelineId, cancellation) is not { } found) return PipelineErrors.NotFound(pipelineId);
            if (found.Value.HasTaken(commandId)) return new Cancellation(found.Value, []);
            var command = new PipelineCommand(commandId, CommandKind.CANCEL, by, time.GetUtcNow());
            if (!Reruns.Cancel(found.Value, command).TryGet(out var canceled, out var error)) return error;

            var onOpen = new Evidence(EvidenceSource.CANCEL, OpsStatus.CANCELED, $"Canceled by {by}.", command.At);
            var end = await boundary.EndAsync(canceled, onOpen, by, command.At, cancellation);
            var wake = new OutboxEntry(OutboxKind.WAKE_RUN, canceled.Id, canceled.Run);
            TableTransactionAction[] changes =
            [
                .. PipelineStore.Update(end.Pipeline, found), AppPartition.Owe(canceled.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, canceled.Id)),
                AppPartition.Owe(canceled.AppId, wake), .. PipelineStore.CutOff(found.Value, end.Pipeline, command.At), .. end.Changes,
            ];
            if (await rows.CommitAsync(canceled.AppId, changes, cancellation) is not { } versions) continue;
            await Task.WhenAll(outbox.PayListsAsync(changes, versions, end.Listed, cancellation), LogAsync(found.Value, by));
            return new Cancellation(end.Pipeline, [wake, .. end.Debts]);
        }
    }

    // Whatever carries the stage out may notice late, or be nothing that writes: a place in a queue.
    private async Task LogAsync(Pipeline pipeline, string by)
    {
        if (pipeline.NextStage is not { Status: StageStatus.RUNNING } stage) return;
        await WriteAsync(logs.Open(new StageLogId(pipeline.Id, pipeline.Run, stage.Stage, stage.Attempt), begun: true))
            .WaitAsync(LogPatience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task WriteAsync(StageLog log)
        {
            await using var _ = log;
            log.WriteLine($"Canceled by {by}.");
        }
    }
}
