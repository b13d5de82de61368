using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Starts the orchestration of a run, once however often it is asked.</summary>
public sealed class RunStarter(ILogger<RunStarter> logger)
{
    /// <summary>True when the run is started, now or earlier. False when the engine did not take it: the debt stays for the sweep.</summary>
    public async Task<bool> TryStartAsync(DurableTaskClient durable, RunRequest run, CancellationToken cancellation)
    {
        try
        {
            var options = OrchestrationOptions.Start(InstanceIds.ForRun(run), StartStatuses.Any);
            await durable.ScheduleNewOrchestrationInstanceAsync(nameof(PhasePipelineOrchestrator), run, options, cancellation);
            return true;
        }
        catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
        {
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            PipelineLog.StartFailed(logger, e, run.PipelineId, run.Run);
            return false;
        }
    }
}
