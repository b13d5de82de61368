using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>Every 30 seconds: finds runs that the engine has lost.</summary>
public sealed class FindLostRuns(LostRunSweep sweep)
{
    [Function(nameof(FindLostRuns))]
    public Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation) =>
        sweep.RunAsync(durable, cancellation);
}
