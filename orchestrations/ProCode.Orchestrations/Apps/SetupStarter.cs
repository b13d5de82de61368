using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ProCode.Orchestrations.Durable;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Apps;

/// <summary>Starts the set-up of an app, or wakes the one that runs. An app has one instance, which is started over when there is something new.</summary>
public sealed class SetupStarter(ILogger<SetupStarter> logger)
{
    /// <summary>Tries to; the debt is the set-up's own to pay, so that one that is just ending leaves it for the sweep.</summary>
    public async Task StartAsync(DurableTaskClient durable, long appId, CancellationToken cancellation)
    {
        var id = InstanceIds.ForSetup(appId);
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(
                nameof(SetUpAppOrchestrator), appId, OrchestrationOptions.Start(id, StartStatuses.UnderWay), cancellation);
        }
        catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
        {
            await NudgeAsync(durable, id, appId, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            SetupLog.StartFailed(logger, e, appId);
        }
    }

    private static async Task NudgeAsync(DurableTaskClient durable, string id, long appId, CancellationToken cancellation)
    {
        try
        {
            await durable.RaiseEventAsync(id, SetUpAppOrchestrator.Changed, appId, cancellation);
        }
        catch (Exception e) when (DurableFailures.CantHear(e))
        {
            // It has just ended; the debt is still there.
        }
    }
}
