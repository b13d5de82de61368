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
    public Task WakeAsync(DurableTaskClient durable, IterationRequest iteration, CancellationToken cancellation) => durable.CallOrStartAsync(
        nameof(IterationPipelineOrchestrator), InstanceIds.ForIteration(iteration), iteration, IterationPipelineOrchestrator.Changed, "",
        failure => IterationLog.StartFailed(logger, failure, iteration.PipelineId), cancellation);
}
