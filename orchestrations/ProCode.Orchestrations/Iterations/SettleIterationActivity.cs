using Microsoft.Azure.Functions.Worker;
using ProCode.Iterations;

namespace ProCode.Orchestrations.Iterations;

/// <summary>Looks after an ITERATION pipeline's row. True when nothing can come any more.</summary>
public sealed class SettleIterationActivity(SettleIteration settle)
{
    [Function(nameof(SettleIterationActivity))]
    public Task<bool> Run([ActivityTrigger] IterationRequest input, CancellationToken cancellation) => settle.RunAsync(input.AppId, input.PipelineId, cancellation);
}
