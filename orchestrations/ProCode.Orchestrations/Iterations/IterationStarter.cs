using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Iterations;

/// <summary>Starts the orchestration of an ITERATION pipeline, or wakes the one that waits. One that the engine has lost is started again by the next call:
/// it has nothing that the rows haven't.</summary>
public sealed class IterationStarter(ILogger<IterationStarter> logger)
{
    /// <summary>Tries to; the debt is the orchestration's own to pay, so that one that is just ending leaves it for the sweep.</summary>
    public async Task WakeAsync(DurableTaskClient durable, IterationRequest iteration, CancellationToken cancellation)
    {
        var id = InstanceIds.ForIteration(iteration);
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(
                nameof(IterationPipelineOrchestrator), iteration, OrchestrationOptions.Start(id, StartStatuses.UnderWay), cancellation);
        }
        catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
        {
            await NudgeAsync(durable, id, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            IterationLog.StartFailed(logger, e, iteration.PipelineId);
        }
    }

    private static async Task NudgeAsync(DurableTaskClient durable, string id, CancellationToken cancellation)
    {
        try
        {
            await durable.RaiseEventAsync(id, IterationPipelineOrchestrator.Changed, "", cancellation);
        }
        catch (Exception e) when (DurableFailures.CantHear(e))
        {
            // It has just ended; the debt is still there.
        }
    }
}
