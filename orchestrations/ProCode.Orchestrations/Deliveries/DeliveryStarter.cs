using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Deliveries;

/// <summary>Starts the orchestration of a delivery, once however often it is asked.</summary>
public sealed class DeliveryStarter(ILogger<DeliveryStarter> logger)
{
    /// <summary>True when it is started, now or earlier. False when the engine did not take it: the debt stays for the sweep.</summary>
    public async Task<bool> TryStartAsync(DurableTaskClient durable, DeliveryRequest delivery, CancellationToken cancellation)
    {
        try
        {
            var options = OrchestrationOptions.Start(InstanceIds.ForDelivery(delivery), StartStatuses.UnlessFailed);
            await durable.ScheduleNewOrchestrationInstanceAsync(nameof(DeliveryOrchestrator), delivery, options, cancellation);
            return true;
        }
        catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
        {
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            DeliveryLog.StartFailed(logger, e, delivery.AppId, delivery.DeliveryId);
            return false;
        }
    }
}
