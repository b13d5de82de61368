using Azure.Data.Tables;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>
/// Passes over runs at an environment that are over without having left it. The end of a run takes it out, so there is none unless rows were lost or changed
/// by hand; yet nobody must wait for one for ever.
/// </summary>
public sealed class EnvironmentQueue(AppPartition rows, PipelineStore pipelines)
{
    /// <summary>The environment without a holder who is over, and without those at the front of the queue who are, up to <paramref name="self"/>.</summary>
    public async Task<AppEnvironment> PassOverAsync(long appId, AppEnvironment environment, EnvironmentWaiter? self, CancellationToken cancellation)
    {
        if (environment is { HeldByPipelineId: { } holder, HeldByRun: { } run } && await IsGoneAsync(appId, holder, run, cancellation))
            environment = environment.Without(holder, run);
        while (environment.NextInLine() is { } next && next != self && await IsGoneAsync(appId, next.PipelineId, next.Run, cancellation))
            environment = environment.Without(next.PipelineId, next.Run);
        return environment;
    }

    /// <summary>Passes over them in the row, and gives the call that is owed to the next in line; null when there was nobody to pass over, or is nobody to call.</summary>
    public async Task<OutboxEntry?> PassOverAsync(long appId, string name, CancellationToken cancellation)
    {
        while (await rows.FindAsync<AppEnvironment>(appId, AppRows.Environment(name), cancellation) is { } found)
        {
            var left = await PassOverAsync(appId, found.Value, self: null, cancellation);
            if (left == found.Value) return null;
            List<TableTransactionAction> changes = [AppPartition.Update(appId, AppRows.Environment(name), found.ETag, left)];
            var debt = left.NextInLine() is { } next ? new OutboxEntry(OutboxKind.WAKE_RUN, next.PipelineId, next.Run) : null;
            if (debt is not null) changes.Add(AppPartition.Owe(appId, debt));
            if (await rows.CommitAsync(appId, changes, cancellation) is not null) return debt;
        }

        return null;
    }

    private async Task<bool> IsGoneAsync(long appId, long pipelineId, int run, CancellationToken cancellation)
    {
        var pipeline = (await pipelines.FindAsync(appId, pipelineId, cancellation))?.Value;
        return pipeline is null || pipeline.IsOver || pipeline.Run != run;
    }
}
