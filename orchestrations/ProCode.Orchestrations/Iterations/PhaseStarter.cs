using Microsoft.DurableTask.Client;
using ProCode.Iterations;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Iterations;

/// <summary>Begins what an entered phase has written and owes: its run, and the orchestration of its ITERATION pipeline. Should either fail, the sweep makes up for it.</summary>
public sealed class PhaseStarter(RunStarter runs, IterationStarter iterations)
{
    /// <summary>Begins both.</summary>
    public Task StartAsync(DurableTaskClient durable, PhaseEntry entry, CancellationToken cancellation) => Task.WhenAll(
        runs.TryStartAsync(durable, new RunRequest(entry.AppId, entry.PipelineId, entry.Run), cancellation),
        iterations.WakeAsync(durable, new IterationRequest(entry.AppId, entry.ParentId), cancellation));
}
