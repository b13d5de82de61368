using Microsoft.DurableTask;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Build;
using ProCode.Orchestrations.Stages.CodeCheck;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Stages.Package;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Stages;

/// <summary>Carries out one attempt of a stage, inside the orchestration of its run.</summary>
public static class StageOrchestration
{
    /// <summary>The attempt's outcome. An activity that keeps failing in a way we didn't foresee is an outcome too; its cause is in the log.</summary>
    public static async Task<StageOutcome> RunAsync(TaskOrchestrationContext context, StageAttempt attempt, StageConfig config)
    {
        try
        {
            return await (attempt.Stage switch
            {
                StageKind.CODE_CHECK => context.CallActivityAsync<StageOutcome>(nameof(CheckCodeActivity), attempt, RetryPolicies.Effect),
                StageKind.BUILD => context.CallActivityAsync<StageOutcome>(nameof(BuildActivity), attempt, RetryPolicies.Effect),
                StageKind.PACKAGE => context.CallActivityAsync<StageOutcome>(nameof(PackageActivity), attempt, RetryPolicies.Effect),
                StageKind.DEPLOY => DeployStage.RunAsync(context, attempt, config),
            });
        }
        catch (TaskFailedException e)
        {
            return StageOutcome.Failed(attempt.Stage, attempt.Attempt, GeneralErrors.Internal.With($"{e.TaskName} failed unexpectedly; the log tells why."));
        }
    }
}
