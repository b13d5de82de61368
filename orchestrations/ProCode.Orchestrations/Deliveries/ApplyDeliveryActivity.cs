using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Deliveries;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Deliveries;

/// <summary>One try to do what follows from a delivery. True when the delivery is over.</summary>
public sealed class ApplyDeliveryActivity(ApplyDelivery apply, Outbox outbox, RunStarter runs, ILogger<ApplyDeliveryActivity> logger)
{
    [Function(nameof(ApplyDeliveryActivity))]
    public async Task<bool> Run([ActivityTrigger] DeliveryTry input, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var request = input.Delivery;
        await outbox.ForgetAsync(request.AppId, DeliveryStore.Debt(request.RepoId, request.DeliveryId, request.Attempt), cancellation);
        if (await apply.RunAsync(request.AppId, request.DeliveryId, request.Attempt, input.IsLast, cancellation) is not { } delivery) return true;
        if (!delivery.IsSettled && delivery.Attempt == request.Attempt)
        {
            DeliveryLog.HostAway(logger, request.AppId, request.DeliveryId, delivery.LedTo?.Text);
            return false;
        }

        DeliveryLog.Settled(logger, request.AppId, request.DeliveryId, delivery.Status, delivery.LedTo?.Text);

        // The run is owed too, and the call to its ITERATION pipeline; what fails or is left out here, the sweep makes up for.
        if (delivery.LedTo?.PipelineId is { } pipeline) await runs.TryStartAsync(durable, new RunRequest(request.AppId, pipeline, Run: 1), cancellation);
        return true;
    }
}
