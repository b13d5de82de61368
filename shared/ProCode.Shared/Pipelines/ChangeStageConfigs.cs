using Azure.Data.Tables;
using ProCode.Idempotency;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>A pipeline with its stage configs changed, and what is owed for it: a call to its run when that waits at a gate.</summary>
public sealed record ChangedConfigs(Pipeline Pipeline, IReadOnlyList<OutboxEntry> Debts);

/// <summary>Changes how the stages of a PHASE pipeline are driven that have not begun yet. What they are driven by already stays as it is.</summary>
public sealed class ChangeStageConfigs(AppPartition rows, PipelineStore pipelines, IRequestIds requestIds, TimeProvider time)
{
    /// <summary>The pipeline with the changes, or why they can't be made; then nothing has changed. <paramref name="refuse"/> may have something against
    /// changing the current configs; it is asked about exactly those that are changed.</summary>
    public async Task<Result<ChangedConfigs>> RunAsync(
        long pipelineId, IReadOnlyDictionary<StageKind, StageConfigChange> changes, string by, Func<Pipeline, Error?> refuse, CancellationToken cancellation)
    {
        var commandId = await requestIds.NextAsync("commands", cancellation);
        while (true)
        {
            if (await pipelines.FindAsync(pipelineId, cancellation) is not { } found) return PipelineErrors.NotFound(pipelineId);
            var pipeline = found.Value;
            var waitsAtGate = pipeline is { Status: PipelineStatus.PAUSED, WaitingFor.Kind: WaitKind.GATE };
            var wake = new OutboxEntry(OutboxKind.WAKE_RUN, pipeline.Id, pipeline.Run);

            // Our own write, tried again after its answer was lost.
            if (pipeline.HasTaken(commandId)) return new ChangedConfigs(pipeline, waitsAtGate ? [wake] : []);
            if (refuse(pipeline) is { } refusal) return refusal;
            if (!Apply(pipeline, changes, new PipelineCommand(commandId, CommandKind.CONFIGURE, by, time.GetUtcNow())).TryGet(out var changed, out var error)) return error;
            if (changed == pipeline) return new ChangedConfigs(pipeline, []);

            // The line shows the configs, too; the sweep brings it up to date.
            List<TableTransactionAction> written =
                [.. PipelineStore.Update(changed, found), AppPartition.Owe(pipeline.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipeline.Id))];
            if (waitsAtGate) written.Add(AppPartition.Owe(pipeline.AppId, wake));
            if (await rows.CommitAsync(pipeline.AppId, written, cancellation) is null) continue;
            return new ChangedConfigs(changed, waitsAtGate ? [wake] : []);
        }
    }

    /// <summary>The pipeline with the changes; the same one when they change nothing.</summary>
    public static Result<Pipeline> Apply(Pipeline pipeline, IReadOnlyDictionary<StageKind, StageConfigChange> changes, PipelineCommand command)
    {
        if (pipeline.Type == PipelineType.ITERATION)
            return PipelineErrors.StageConfigFixed.With($"Pipeline {pipeline.Id} is an ITERATION pipeline; its stages are all MANUAL, the PHASE pipelines below it can be changed.");
        var changed = StageConfigChange.Over(pipeline.StageConfigs, changes);
        var differ = pipeline.Stages.Where(stage => changed[stage.Stage] != pipeline.StageConfigs[stage.Stage]).ToList();
        if (differ.Count == 0) return pipeline;

        var check = new Check();

        // One that failed for good begins anew in the next run.
        foreach (var begun in differ.Where(stage => stage.Status != StageStatus.PENDING && !(pipeline.IsOver && stage.Status == StageStatus.FAILED)))
            check.That(false, $"stageConfigs.{begun.Stage}", $"is fixed: the stage is {begun.Status}");
        return check.Failed(out var error)
            ? PipelineErrors.StageConfigFixed.With($"Only stages that have not begun can be changed, and what failed once its run is over; not: {string.Join(", ", error.Details.Select(detail => detail.Field["stageConfigs.".Length..]))}.") with { Details = error.Details }
            : pipeline.Changed(command.At).Taking(command) with { StageConfigs = changed };
    }
}
