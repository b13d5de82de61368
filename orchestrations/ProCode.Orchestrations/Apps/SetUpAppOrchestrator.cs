using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Apps;
using ProCode.Orchestrations.Pipelines;

namespace ProCode.Orchestrations.Apps;

/// <summary>
/// Sets an app up at its git host. The set-up's row knows what comes next; this only carries out and reports, one step at a time, so that
/// two changes of a webhook can't overtake each other. While the host is away it sleeps, and begins anew, so that a long wait has a short history.
/// </summary>
public static class SetUpAppOrchestrator
{
    /// <summary>Raised when there is something new to do, which needn't wait for the host's return to the old.</summary>
    public const string Changed = "SetupChanged";

    private static readonly TimeSpan StorageAway = TimeSpan.FromMinutes(5);

    [Function(nameof(SetUpAppOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var appId = context.GetInput<long>();
        SetupOutcome? outcome = null;
        while (true)
        {
            if (await AdvanceAsync(context, appId, outcome) is not { } next)
            {
                await context.CreateTimer(StorageAway, CancellationToken.None);
                context.ContinueAsNew(appId);
                return;
            }

            if (next.Kind == NextSetupKind.END) return;
            if (next.Kind == NextSetupKind.WAIT_UNTIL)
            {
                using var giveUp = new CancellationTokenSource();
                var changed = context.WaitForExternalEvent<long>(Changed, giveUp.Token);
                await Task.WhenAny(changed, context.CreateTimer(next.Until!.Value.UtcDateTime, giveUp.Token));
                giveUp.Cancel();
                context.ContinueAsNew(appId);
                return;
            }

            outcome = await AttemptAsync(context, new SetupAttempt(appId, next.Run, next.Step, next.Kind == NextSetupKind.UNDO_STEP));
        }
    }

    // Null when our own storage stays away: the row then still says what comes next, and what was done in vain is done again.
    private static async Task<NextSetup?> AdvanceAsync(TaskOrchestrationContext context, long appId, SetupOutcome? outcome)
    {
        try
        {
            return await context.CallActivityAsync<NextSetup>(nameof(AdvanceSetupActivity), new AdvanceSetup(appId, outcome), RetryPolicies.Rows);
        }
        catch (TaskFailedException)
        {
            return null;
        }
    }

    private static async Task<SetupOutcome> AttemptAsync(TaskOrchestrationContext context, SetupAttempt attempt)
    {
        try
        {
            return await context.CallActivityAsync<SetupOutcome>(ActivityOf(attempt), attempt, RetryPolicies.Effect);
        }
        catch (TaskFailedException e)
        {
            return attempt.Outcome(SetupResult.FAILED, $"{e.TaskName} failed unexpectedly; the log tells why.");
        }
    }

    // Only the webhook can be taken back: the scaffold is the last step.
    private static string ActivityOf(SetupAttempt attempt) => attempt.Step switch
    {
        SetupStepKind.FORMER_WEBHOOKS => nameof(RemoveFormerWebhooksActivity),
        SetupStepKind.WEBHOOK => attempt.Undo ? nameof(RemoveWebhookActivity) : nameof(EnsureWebhookActivity),
        SetupStepKind.SCAFFOLD => nameof(PushScaffoldActivity),
    };
}
