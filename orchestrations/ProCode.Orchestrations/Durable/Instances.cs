using Microsoft.DurableTask.Client;

namespace ProCode.Orchestrations.Durable;

/// <summary>Starts and calls instances whose ids follow from rows: however often it is asked for, there is one.</summary>
internal static class Instances
{
    /// <summary>Starts an instance, unless there is one of its id in one of these states. True when it is there, now or from earlier. False when the engine did not take it,
    /// which <paramref name="failed"/> is told: the debt stays for the sweep.</summary>
    public static async Task<bool> TryStartAsync(
        this DurableTaskClient durable, string orchestrator, string id, object input, OrchestrationRuntimeStatus[] unless, Action<Exception> failed, CancellationToken cancellation)
    {
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, OrchestrationOptions.Start(id, unless), cancellation);
            return true;
        }
        catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
        {
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            failed(e);
            return false;
        }
    }

    /// <summary>Calls the instance that is under way, or starts one. The debt is the orchestration's own to pay, so that one that is just ending leaves it for the sweep.</summary>
    public static async Task CallOrStartAsync(
        this DurableTaskClient durable, string orchestrator, string id, object input, string call, object payload, Action<Exception> failed, CancellationToken cancellation)
    {
        try
        {
            if (!await TryScheduleAsync()) await durable.TryCallAsync(id, call, payload, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            failed(e);
        }

        async Task<bool> TryScheduleAsync()
        {
            try
            {
                await durable.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, OrchestrationOptions.Start(id, StartStatuses.UnderWay), cancellation);
                return true;
            }
            catch (Exception e) when (DurableFailures.IsAlreadyThere(e))
            {
                return false;
            }
        }
    }

    /// <summary>Raises an event to an instance. False when it waits no longer, or not yet: either way it reads its row.</summary>
    public static async Task<bool> TryCallAsync(this DurableTaskClient durable, string id, string call, object payload, CancellationToken cancellation)
    {
        try
        {
            await durable.RaiseEventAsync(id, call, payload, cancellation);
            return true;
        }
        catch (Exception e) when (DurableFailures.CantHear(e))
        {
            return false;
        }
    }
}
