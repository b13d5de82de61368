using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Pipelines;

/// <summary>
/// Writes what an attempt brought and begins what comes next, in one transaction. When the run ends, the same transaction settles the
/// phase, the iteration, the ITERATION pipeline and a deployment left open, and frees the environment: there is no moment at which they
/// disagree. A roll-back has no phase, iteration or ITERATION pipeline to settle.
/// </summary>
public sealed class AdvancePipelineActivity(
    AppPartition rows, PipelineStore pipelines, IterationStore iterations, DeploymentStore deployments, Outbox outbox,
    IOptions<PipelineOptions> options, TimeProvider time, ILogger<AdvancePipelineActivity> logger)
{
    [Function(nameof(AdvancePipelineActivity))]
    public async Task<NextStep> Run([ActivityTrigger] AdvanceRequest input, CancellationToken cancellation)
    {
        var (run, outcome) = (input.Run, await WholeAsync(input, cancellation));
        if (outcome is null) await outbox.ForgetAsync(run.AppId, new OutboxEntry(OutboxKind.START_RUN, run.PipelineId, run.Run), cancellation);

        while (true)
        {
            var found = await pipelines.GetAsync(run.AppId, run.PipelineId, cancellation);
            var before = found.Value;
            if (before.Run != run.Run) return new NextStep(NextStepKind.END); // A later run has taken over.

            var now = time.GetUtcNow();
            var applied = outcome is null ? before : PipelineProgress.Apply(before, outcome, options.Value.FirstRetryInterval, now);
            var (after, step) = PipelineProgress.Decide(applied, now);
            if (after == before) return step;

            var debt = new OutboxEntry(OutboxKind.LIST_PIPELINE, after.Id);
            var ended = after.Status.IsFinal();
            List<TableTransactionAction> closing = [];
            if (ended) after = await CloseDeploymentAsync(after, closing, now, cancellation);
            List<TableTransactionAction> changes = [PipelineStore.Update(after, found.ETag), AppPartition.Owe(run.AppId, debt), .. closing];
            if (ended) await EndAsync(after, changes, now, cancellation);
            if (await rows.CommitAsync(run.AppId, changes, cancellation) is not { } versions) continue;

            if (outcome?.Failure is { } failure) PipelineLog.StageFailed(logger, run.PipelineId, run.Run, outcome.Stage, outcome.Attempt, failure.Error);
            if (ended) PipelineLog.RunEnded(logger, run.PipelineId, run.Run, after.Status);
            await outbox.PayListAsync(after, debt, versions[1], cancellation);

            // The release that began the run left the parent's line to us, for it answers at once; the end has moved the parent itself.
            if (after.Trigger == PipelineTrigger.ROLLBACK) return step;
            if (ended || before.Status == PipelineStatus.PENDING)
                await outbox.PayAsync(run.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, after.ParentId!.Value), cancellation);
            return step;
        }
    }

    // The history has only the first line of what a deployment failed of; its row has all of it.
    private async Task<StageOutcome?> WholeAsync(AdvanceRequest input, CancellationToken cancellation)
    {
        if (input.Outcome is not { Stage: StageKind.DEPLOY, Failure: { } failure } outcome) return input.Outcome;
        var id = new DeployId(input.Run.AppId, input.Run.PipelineId, input.Run.Run, outcome.Attempt);
        return await deployments.FindAsync(id, cancellation) is { Value: { IsSettled: true, Message: var message } }
            ? outcome with { Failure = failure with { Message = DeploymentErrors.FromTarget(message).Message } }
            : outcome;
    }

    // A stage that failed in a way we didn't foresee tells nothing about its deployment. Left open, a late callback would still settle it.
    private async Task<Pipeline> CloseDeploymentAsync(
        Pipeline pipeline, List<TableTransactionAction> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        if (pipeline.DeployStatus != DeployStatus.DEPLOYING || DeployId.Parse(pipeline.DeployId) is not { } id) return pipeline;
        var found = await deployments.GetAsync(id, cancellation);
        var deployment = found.Value;
        if (!deployment.IsSettled)
        {
            deployment = deployment.After(new Evidence(EvidenceSource.RUN, OpsStatus.FAILED, "The run ended without it.", now), url: null);
            changes.Add(DeploymentStore.Update(deployment, found.ETag));
        }

        return pipeline with { DeployStatus = deployment.Status.ForPipeline() };
    }

    private async Task EndAsync(Pipeline pipeline, List<TableTransactionAction> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        var appId = pipeline.AppId;
        var phaseChanges = PhaseChangesAsync(pipeline, now, cancellation);
        var runRead = rows.FindAsync<PipelineRun>(appId, AppRows.Run(pipeline.Id, pipeline.Run), cancellation);
        var environmentRead = rows.FindAsync<AppEnvironment>(appId, AppRows.Environment(pipeline.Environment!), cancellation);
        changes.AddRange(await phaseChanges);
        if (await runRead is { } run)
        {
            changes.Add(AppPartition.Update(
                appId, AppRows.Run(pipeline.Id, pipeline.Run), run.ETag, run.Value with { Status = pipeline.Status, EndedAt = now }));
        }

        if (await environmentRead is { } environment && environment.Value.IsHeldBy(pipeline.Id, pipeline.Run))
            changes.Add(AppPartition.Update(appId, AppRows.Environment(environment.Value.Name), environment.ETag, environment.Value.Released()));
    }

    // A roll-back is no try at the phase: how that ended, and what came of the iteration, stays as it is.
    private async Task<IReadOnlyList<TableTransactionAction>> PhaseChangesAsync(Pipeline pipeline, DateTimeOffset now, CancellationToken cancellation)
    {
        if (pipeline.Trigger == PipelineTrigger.ROLLBACK) return [];
        var appId = pipeline.AppId;
        var iterationRead = iterations.FindAsync(appId, pipeline.IterationId, cancellation);
        var parent = await pipelines.GetAsync(appId, pipeline.ParentId!.Value, cancellation);
        var iteration = (await iterationRead)!;

        var succeeded = pipeline.Status == PipelineStatus.SUCCESS;
        var settled = iteration.Value.WithPhase(pipeline.RefId, succeeded ? PhaseStatus.SUCCESS : PhaseStatus.FAILED, now);
        var end = succeeded ? PipelineEvent.Succeed : pipeline.Status == PipelineStatus.CANCELED ? PipelineEvent.Cancel : PipelineEvent.Fail;
        var moved = PipelineTransitions.Table.Allows(parent.Value.Status, end) ? parent.Value.Move(end, now) : parent.Value;
        return
        [
            AppPartition.Update(appId, AppRows.Iteration(settled.Id), iteration.ETag, settled), PipelineStore.Update(moved, parent.ETag),
            AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, moved.Id)),
        ];
    }
}
