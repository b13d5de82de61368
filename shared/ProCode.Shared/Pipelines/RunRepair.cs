using ProCode.Deployments;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Looks after what a run leaves behind when it is over: the line of its pipeline in the project's list, and the environment. Normally both are
/// right already, because the run's last transaction owes the one and frees the other.</summary>
public sealed class RunRepair(AppPartition rows, PipelineStore pipelines, Outbox outbox)
{
    /// <summary>Mends what does not agree with the pipeline's row; gives what is owed then.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> RunAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        var listed = pipelines.ListAnewAsync(pipeline, cancellation);
        var debts = await FreeEnvironmentAsync(pipeline, cancellation);
        await outbox.PayParentAsync(pipeline, cancellation);
        await listed;
        return debts;
    }

    private async Task<IReadOnlyList<OutboxEntry>> FreeEnvironmentAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        if (!pipeline.IsOver || pipeline.Environment is not { } name) return [];
        while (await rows.FindAsync<AppEnvironment>(pipeline.AppId, AppRows.Environment(name), cancellation) is { } environment)
        {
            var left = environment.Value.Without(pipeline.Id, pipeline.Run);
            if (left == environment.Value) return [];
            OutboxEntry[] debts = left.NextInLine() is { } next ? [new OutboxEntry(OutboxKind.WAKE_RUN, next.PipelineId, next.Run)] : [];
            var written = await rows.CommitAsync(
                pipeline.AppId,
                [
                    AppPartition.Update(pipeline.AppId, AppRows.Environment(name), environment.ETag, left),
                    .. debts.Select(debt => AppPartition.Owe(pipeline.AppId, debt)),
                ],
                cancellation);
            if (written is not null) return debts;
        }

        return [];
    }
}
