using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>Every 15 seconds: pays what a death left owing.</summary>
public sealed class SweepDebts(DebtSweep sweep)
{
    [Function(nameof(SweepDebts))]
    public Task Run([TimerTrigger("*/15 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation) =>
        sweep.RunAsync(durable, cancellation);
}
