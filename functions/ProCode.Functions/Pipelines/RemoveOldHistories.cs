using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ProCode.Orchestrations.Durable;

namespace ProCode.Functions.Pipelines;

/// <summary>Removes, every night, the histories of orchestrations that ended long ago (<c>Pipelines:HistoryRetention</c>).</summary>
public sealed class RemoveOldHistories(HistoryRetention retention)
{
    [Function(nameof(RemoveOldHistories))]
    public Task Run([TimerTrigger("0 13 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation) =>
        retention.RunAsync(durable, cancellation);
}
