using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Deployments;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// Calls runs and ITERATION pipelines that wait, and tells the target which deployments are wanted no more. All are owed to the outbox by the transaction that made them
/// necessary; a call that fails or is not heard stays owed, and the sweep makes it again until the one called has read its row.
/// </summary>
public sealed class RunCalls(PipelineStore pipelines, Outbox outbox, EnvironmentQueue queue, IterationStarter iterations, IDeploymentTarget target, ILogger<RunCalls> logger)
{
    /// <summary>Pays what can be paid right now; what can't is left to the sweep.</summary>
    public async Task PayAsync(DurableTaskClient durable, long appId, IReadOnlyList<OutboxEntry> debts, CancellationToken cancellation)
    {
        foreach (var debt in debts)
        {
            try
            {
                await PayAsync(durable, appId, debt, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                PipelineLog.DebtNotPaid(logger, e, appId, debt.Kind, debt.Id);
            }
        }
    }

    /// <summary>Pays one debt.</summary>
    public Task PayAsync(DurableTaskClient durable, long appId, OutboxEntry debt, CancellationToken cancellation) => debt.Kind switch
    {
        OutboxKind.WAKE_RUN => WakeAsync(durable, new RunRequest(appId, debt.Id, debt.Run), cancellation),
        OutboxKind.WAKE_ITERATION => iterations.WakeAsync(durable, new IterationRequest(appId, debt.Id), cancellation),
        OutboxKind.STOP_DEPLOYMENT => StopAsync(appId, debt, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(debt)),
    };

    // The run itself, and what it waits in, which may have outlived it. It forgets the debt when it has read its row; a run that is over has nothing to read.
    private async Task WakeAsync(DurableTaskClient durable, RunRequest run, CancellationToken cancellation)
    {
        var pipeline = (await pipelines.GetAsync(run.AppId, run.PipelineId, cancellation)).Value;
        var heard = await durable.TryCallAsync(InstanceIds.ForRun(run), PhasePipelineOrchestrator.Changed, "", cancellation);
        var deploy = pipeline[StageKind.DEPLOY];
        if (pipeline.Run == run.Run && deploy.Attempt > 0)
        {
            var id = new DeployId(run.AppId, run.PipelineId, run.Run, deploy.Attempt);
            heard |= await durable.TryCallAsync(InstanceIds.ForOrder(id), DeploymentOrderOrchestrator.Free, "", cancellation);
            heard |= await durable.TryCallAsync(InstanceIds.ForDeployment(id), DeploymentWaitOrchestrator.Settled, "", cancellation);
        }

        if (heard || (!pipeline.IsOver && pipeline.Run == run.Run)) return;

        // Called for its turn at the environment, perhaps: then that is the next one's.
        if (pipeline.Environment is { } environment && await queue.PassOverAsync(run.AppId, environment, cancellation) is { } next)
            await PayAsync(durable, run.AppId, [next], cancellation);
        await outbox.ForgetAsync(run.AppId, new OutboxEntry(OutboxKind.WAKE_RUN, run.PipelineId, run.Run), cancellation);
    }

    /// <summary>Tells the target to give a deployment up, which stays owed until it has answered.</summary>
    public Task StopAsync(DeployId id, CancellationToken cancellation) => StopAsync(id.AppId, DeploymentStore.Stop(id), cancellation);

    private async Task StopAsync(long appId, OutboxEntry debt, CancellationToken cancellation)
    {
        var stopped = await target.CancelAsync(debt.Key!, cancellation);
        if (stopped.Succeeded || stopped.Error.Kind != Results.ErrorKind.Unavailable) await outbox.ForgetAsync(appId, debt, cancellation);
    }
}
