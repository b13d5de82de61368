using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// Finds runs whose row says that they are under way and of which the engine knows nothing any more, or only that they broke down, and marks them
/// to be resumed (<see cref="InterruptRun"/>). One question to the engine serves for all runs. Lists and locks that don't agree with a run
/// that is over are mended (<see cref="RunRepair"/>).
/// </summary>
public sealed class LostRunSweep(
    ActiveRuns active, PipelineStore pipelines, Outbox outbox, InterruptRun interrupt, RunRepair repair, RunCalls calls, TimeProvider time, ILogger<LostRunSweep> logger)
{
    // Younger ones may just be on their way to the engine, or are begun by the debt sweep.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(45);

    /// <summary>One pass over all runs that may be under way.</summary>
    public async Task RunAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var runs = new List<ActiveRun>();
        await foreach (var run in active.ListAsync(cancellation))
        {
            if (run.Since < now - Grace) runs.Add(run);
        }

        if (runs.Count == 0) return;
        var alive = await AliveAsync(durable, cancellation);
        var over = new List<ActiveRun>();
        foreach (var run in runs.Where(run => !alive.Contains(InstanceIds.ForRun(Request(run)))))
        {
            try
            {
                if (await SettleAsync(durable, run, cancellation)) over.Add(run);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // One run's trouble must not keep the others waiting.
                PipelineLog.LostRunSweepFailed(logger, e, run.PipelineId, run.Run);
            }
        }

        await active.RemoveAsync(over, cancellation);
    }

    private static async Task<HashSet<string>> AliveAsync(DurableTaskClient durable, CancellationToken cancellation)
    {
        var query = new OrchestrationQuery
        {
            Statuses = StartStatuses.UnderWay,
            InstanceIdPrefix = InstanceIds.RunPrefix,
            PageSize = 1000,
            FetchInputsAndOutputs = false,
        };
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var instance in durable.GetAllInstancesAsync(query).WithCancellation(cancellation)) ids.Add(instance.InstanceId);
        return ids;
    }

    // True when there is nothing to look after any more. What a run that has ended left behind is looked at once.
    private async Task<bool> SettleAsync(DurableTaskClient durable, ActiveRun run, CancellationToken cancellation)
    {
        var pipeline = (await pipelines.FindAsync(run.AppId, run.PipelineId, cancellation))?.Value;

        // A run that was announced and never written has an earlier run or no pipeline; it may still come.
        if (pipeline is null || pipeline.Run < run.Run) return run.Since < time.GetUtcNow() - TimeSpan.FromHours(1);
        if (pipeline.Run > run.Run) return true;
        if (pipeline.Run == run.Run && pipeline.IsOver)
        {
            await calls.PayAsync(durable, run.AppId, await repair.RunAsync(pipeline, cancellation), cancellation);
            return true;
        }

        // The engine was asked about all before; it may have begun or ended since. What is owed to be started is on its way, and is asked for first: whoever has paid it has begun it.
        var owesStart = await outbox.OwesAsync(run.AppId, new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run), cancellation);
        var instance = await durable.GetInstanceAsync(InstanceIds.ForRun(Request(run)), cancellation);
        if (instance is { IsCompleted: false } || (instance is null && owesStart)) return false;

        var debts = await interrupt.RunAsync(run.AppId, run.PipelineId, run.Run, cancellation);
        PipelineLog.RunLost(logger, run.PipelineId, run.Run, instance?.RuntimeStatus.ToString() ?? "nothing");
        await calls.PayAsync(durable, run.AppId, debts, cancellation);
        return true;
    }

    private static RunRequest Request(ActiveRun run) => new(run.AppId, run.PipelineId, run.Run);
}
