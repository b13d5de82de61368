using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>Starts the orchestration of a run, once however often it is asked.</summary>
public sealed class RunStarter(ILogger<RunStarter> logger)
{
    /// <summary>True when the run is started, now or earlier. False when the engine did not take it: the debt stays for the sweep.</summary>
    public Task<bool> TryStartAsync(DurableTaskClient durable, RunRequest run, CancellationToken cancellation) => durable.TryStartAsync(
        nameof(PhasePipelineOrchestrator), InstanceIds.ForRun(run), run, StartStatuses.Any,
        failure => PipelineLog.StartFailed(logger, failure, run.PipelineId, run.Run), cancellation);
}
