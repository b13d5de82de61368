using System.Text.Json;
using Azure.Data.Tables;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Which further run of a pipeline is asked for; the stage and its input belong to a restart.</summary>
public sealed record RunOrder(long PipelineId, RunCause Cause, string RequestedBy, StageKind? FromStage = null, JsonElement? Input = null);

/// <summary>
/// Begins another run of a pipeline: retry, resume and restart differ only in the rule by which its row changes (<see cref="Reruns"/>). In one
/// transaction the pipeline, its new run, its phase and its ITERATION pipeline change, and the run's start is owed to the outbox.
/// </summary>
public sealed class StartRun(
    AppPartition rows, AppStore apps, PipelineStore pipelines, RunBoundary boundary, ActiveRuns active, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The pipeline as its new run begins, or why there is none; then nothing has changed.</summary>
    public async Task<Result<Pipeline>> RunAsync(RunOrder order, CancellationToken cancellation)
    {
        var commandId = await requestIds.NextAsync("commands", cancellation);
        while (true)
        {
            if (await pipelines.FindAsync(order.PipelineId, cancellation) is not { } found) return PipelineErrors.NotFound(order.PipelineId);
            var before = found.Value;

            // Repeated under its Idempotency-Key, or our own write, tried again after its answer was lost.
            if (before.HasTaken(commandId)) return before;

            var appRead = apps.FindAsync(before.AppId, cancellation);
            var command = new PipelineCommand(commandId, Enum.Parse<CommandKind>(order.Cause.ToString()), order.RequestedBy, time.GetUtcNow());
            var decided = Decide(before, order, command);
            var app = (await appRead)!;
            if (AppErrors.RefusalOf(app.Value) is { } archived) return archived;
            if (!decided.TryGet(out var again, out var error)) return error;
            if (!(await boundary.BeginAgainAsync(again, command.At, cancellation)).TryGet(out var beside, out error)) return error;

            await Task.WhenAll(active.AddAsync(again, cancellation), rows.AnnounceAsync(again.AppId, cancellation));
            var from = order.FromStage ?? again.NextStage!.Stage;
            var run = new PipelineRun(again.Id, again.Run, PipelineStatus.PENDING, from, order.RequestedBy, command.At) { Cause = order.Cause };
            List<TableTransactionAction> changes =
            [
                .. PipelineStore.Update(again, found), AppPartition.Insert(again.AppId, AppRows.Run(again.Id, again.Run), run),
                AppPartition.Owe(again.AppId, new OutboxEntry(OutboxKind.START_RUN, again.Id, again.Run)),
                AppPartition.Owe(again.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, again.Id)),
                AppStore.StaysOpen(app), .. beside,
            ];
            if (await rows.CommitAsync(again.AppId, changes, cancellation) is not null) return again;

            // Somebody was first, or it was our own write after all: look again at everything.
        }
    }

    private static Result<Pipeline> Decide(Pipeline pipeline, RunOrder order, PipelineCommand command) => order.Cause switch
    {
        RunCause.RETRY => Reruns.Retry(pipeline, command),
        RunCause.RESUME => Reruns.Resume(pipeline, command),
        RunCause.RESTART => Reruns.Restart(pipeline, order.FromStage!.Value, order.Input, command),
        _ => throw new ArgumentOutOfRangeException(nameof(order)),
    };
}
