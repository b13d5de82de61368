using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ProCode.Orchestrations.Stages;
using ProCode.Pipelines;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// One run of a PHASE pipeline. The pipeline's row knows what comes next and <see cref="AdvancePipelineActivity"/> reads it there, so this
/// only carries out and reports: wherever it is interrupted, it goes on from the row.
/// </summary>
public static class PhasePipelineOrchestrator
{
    [Function(nameof(PhasePipelineOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunRequest>()!;
        StageOutcome? outcome = null;
        for (var step = await NextAsync(); step.Kind != NextStepKind.END; step = await NextAsync())
        {
            outcome = null;
            if (step.Kind == NextStepKind.WAIT_UNTIL)
            {
                await context.CreateTimer(step.Until!.Value.UtcDateTime, CancellationToken.None);
                continue;
            }

            outcome = await StageOrchestration.RunAsync(context, new StageAttempt(run.AppId, run.PipelineId, run.Run, step.Stage!.Value, step.Attempt), step.Config!);
        }

        Task<NextStep> NextAsync() =>
            context.CallActivityAsync<NextStep>(nameof(AdvancePipelineActivity), new AdvanceRequest(run, outcome), RetryPolicies.Rows);
    }
}
