using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Stages;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// One run of a PHASE pipeline. The pipeline's row knows what comes next and <see cref="AdvancePipelineActivity"/> reads it there, so this
/// only carries out and reports: wherever it is interrupted, it goes on from the row. Begins anew after a wait, so that a long one has a short history.
/// </summary>
public static class PhasePipelineOrchestrator
{
    /// <summary>Raised when the pipeline's row was changed from outside: a gate was opened, the pipeline canceled.</summary>
    public const string Changed = "PipelineChanged";

    [Function(nameof(PhasePipelineOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunRequest>()!;
        StageOutcome? outcome = null;
        for (var step = await NextAsync(); step.Kind != NextStepKind.END; step = await NextAsync())
        {
            if (step.Kind == NextStepKind.WAIT)
            {
                using var giveUp = new CancellationTokenSource();
                var changed = context.WaitForExternalEvent<string>(Changed, giveUp.Token);
                await Task.WhenAny(changed, context.CreateTimer(step.Until!.Value.UtcDateTime, giveUp.Token));
                giveUp.Cancel();
                context.ContinueAsNew(run with { Turn = run.Turn + 1 });
                return;
            }

            outcome = await StageOrchestration.RunAsync(context, new StageAttempt(run.AppId, run.PipelineId, run.Run, step.Stage!.Value, step.Attempt), step.Config!);
        }

        Task<NextStep> NextAsync() =>
            context.CallActivityAsync<NextStep>(nameof(AdvancePipelineActivity), new AdvanceRequest(run, outcome), RetryPolicies.Rows);
    }
}
