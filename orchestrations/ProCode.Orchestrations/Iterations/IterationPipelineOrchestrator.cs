using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Iterations;

/// <summary>
/// An ITERATION pipeline, from the first phase that its iteration enters until that is released or closed. The rows say how it stands: this looks at them
/// whenever it is called, and once a day in case nobody has called, and begins anew, so that a long wait has a short history.
/// </summary>
public static class IterationPipelineOrchestrator
{
    /// <summary>Raised when the iteration has changed: a phase was entered or has ended, or the iteration was closed.</summary>
    public const string Changed = "IterationChanged";

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan StorageAway = TimeSpan.FromMinutes(5);

    [Function(nameof(IterationPipelineOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var iteration = context.GetInput<IterationRequest>()!;
        var isOver = await SettleAsync(context, iteration);
        if (isOver is true) return;

        using var giveUp = new CancellationTokenSource();
        var changed = context.WaitForExternalEvent<string>(Changed, giveUp.Token);
        await Task.WhenAny(changed, context.CreateTimer(isOver is null ? StorageAway : LongestWait, giveUp.Token));
        giveUp.Cancel();
        context.ContinueAsNew(iteration);
    }

    // Null when our own storage stays away: the rows are looked at again later.
    private static async Task<bool?> SettleAsync(TaskOrchestrationContext context, IterationRequest iteration)
    {
        try
        {
            return await context.CallActivityAsync<bool>(nameof(SettleIterationActivity), iteration, RetryPolicies.Rows);
        }
        catch (TaskFailedException)
        {
            return null;
        }
    }
}
