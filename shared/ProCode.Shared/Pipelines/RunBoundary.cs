using Azure.Data.Tables;
using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>What the end of a run changes, for the transaction that ends it. <paramref name="Debts"/> are among the changes and can be paid as
/// soon as it is written; <paramref name="Listed"/> are the pipelines whose lines are owed.</summary>
public sealed record RunEnd(
    Pipeline Pipeline, IReadOnlyList<TableTransactionAction> Changes, IReadOnlyList<OutboxEntry> Debts, IReadOnlyList<Pipeline> Listed);

/// <summary>
/// What changes together with the begin and the end of a run, whoever begins or ends it: the phase, the iteration and the ITERATION pipeline,
/// the run's own row, its place at the environment, and a deployment that it leaves open. One transaction: there is no moment at which they disagree.
/// A roll-back has no phase, iteration or ITERATION pipeline to settle.
/// </summary>
public sealed class RunBoundary(AppPartition rows, PipelineStore pipelines, IterationStore iterations, DeploymentStore deployments)
{
    /// <summary>
    /// The end of the pipeline's current run. <paramref name="onOpenDeployment"/> settles a deployment that is open, and the target is told to give it up.
    /// <paramref name="by"/> is who ended the run, null when it did so itself.
    /// </summary>
    public async Task<RunEnd> EndAsync(Pipeline pipeline, Evidence onOpenDeployment, string? by, DateTimeOffset now, CancellationToken cancellation)
    {
        List<TableTransactionAction> changes = [];
        List<OutboxEntry> debts = [];
        var phaseEnd = PhaseEndAsync(pipeline, now, cancellation);
        var runRead = rows.RecallAsync<PipelineRun>(pipeline.AppId, AppRows.Run(pipeline.Id, pipeline.Run), cancellation);
        var environmentRead = LeaveAsync(pipeline, cancellation);
        var (closed, closing, stop) = await CloseDeploymentAsync(pipeline, onOpenDeployment, cancellation);
        (pipeline, changes) = (closed, [.. closing]);
        var (besides, parent) = await phaseEnd;
        changes.AddRange(besides);
        if (parent is not null) debts.Add(new OutboxEntry(OutboxKind.WAKE_ITERATION, parent.Id));
        if (await runRead is { } run)
        {
            var ended = run.Value with { Status = pipeline.IsInterrupted ? PipelineStatus.FAILED : pipeline.Status, EndedAt = now, EndedBy = by };
            changes.Add(AppPartition.Update(pipeline.AppId, AppRows.Run(pipeline.Id, pipeline.Run), run.ETag, ended));
        }

        if (await environmentRead is var (environment, left))
        {
            changes.Add(AppPartition.Update(pipeline.AppId, AppRows.Environment(left.Name), environment.ETag, left));
            if (left.NextInLine() is { } next) debts.Add(new OutboxEntry(OutboxKind.WAKE_RUN, next.PipelineId, next.Run));
        }

        changes.AddRange(debts.Select(debt => AppPartition.Owe(pipeline.AppId, debt)));
        if (stop is not null) debts.Add(stop);
        return new RunEnd(pipeline, changes, debts, parent is null ? [pipeline] : [pipeline, parent]);
    }

    // The environment without the run; null when the run has nothing to do with it, for which no memory will do.
    private async Task<(Stored<AppEnvironment> Before, AppEnvironment After)?> LeaveAsync(Pipeline pipeline, CancellationToken cancellation)
    {
        var key = AppRows.Environment(pipeline.Environment!);
        return Left(await rows.RecallAsync<AppEnvironment>(pipeline.AppId, key, cancellation)) ?? Left(await rows.FindAsync<AppEnvironment>(pipeline.AppId, key, cancellation));

        (Stored<AppEnvironment>, AppEnvironment)? Left(Stored<AppEnvironment>? environment) =>
            environment?.Value.Without(pipeline.Id, pipeline.Run) is { } left && left != environment.Value ? (environment, left) : null;
    }

    /// <summary>
    /// The pipeline with the deployment settled that it has under way, if it has one. A stage that was cut off, or failed in a way we didn't foresee, tells nothing about its
    /// deployment; left open, a late callback would still settle it. The call to the target is among the changes and can be paid as soon as they are written.
    /// </summary>
    public async Task<(Pipeline Pipeline, IReadOnlyList<TableTransactionAction> Changes, OutboxEntry? Stop)> CloseDeploymentAsync(
        Pipeline pipeline, Evidence evidence, CancellationToken cancellation)
    {
        if (pipeline.DeployStatus != DeployStatus.DEPLOYING || DeployId.Parse(pipeline.DeployId) is not { } id) return (pipeline, [], null);
        var found = await deployments.RecallAsync(id, cancellation);
        var deployment = found.Value;
        if (deployment.IsSettled) return (pipeline with { DeployStatus = deployment.Status.ForPipeline() }, [], null);
        deployment = deployment.After(evidence, url: null);
        return (pipeline with { DeployStatus = deployment.Status.ForPipeline() }, DeploymentStore.Update(deployment, found), DeploymentStore.Stop(id));
    }

    // A roll-back is no try at the phase: how that ended, and what came of the iteration, stays as it is.
    private async Task<(IReadOnlyList<TableTransactionAction> Changes, Pipeline? Parent)> PhaseEndAsync(Pipeline pipeline, DateTimeOffset now, CancellationToken cancellation)
    {
        if (pipeline.Trigger == PipelineTrigger.ROLLBACK) return ([], null);
        var iterationRead = rows.RecallAsync<Iteration>(pipeline.AppId, AppRows.Iteration(pipeline.IterationId), cancellation);
        var parent = await pipelines.RecallAsync(pipeline.AppId, pipeline.ParentId!.Value, cancellation);
        var iteration = (await iterationRead)!;

        // What this process remembers may be from before the phase was entered, by another; that it isn't the pipeline's phase is for the row to say.
        if (!iteration.Value.IsCarriedOutBy(pipeline)) iteration = (await iterations.FindAsync(pipeline.AppId, pipeline.IterationId, cancellation))!;

        // Nor is one that was lost and then canceled, after another had taken its place.
        var status = pipeline.Status == PipelineStatus.SUCCESS ? PhaseStatus.SUCCESS : PhaseStatus.FAILED;
        var settled = iteration.Value.IsCarriedOutBy(pipeline) ? iteration.Value.WithPhase(pipeline.RefId, status, now) : iteration.Value;
        var moved = IterationProgress.Settle(parent.Value, settled, now);
        return (Write(iteration, settled, parent, moved), moved);
    }

    /// <summary>What another run of a pipeline changes beside the pipeline and the run themselves: its phase is RUNNING again, and so is the ITERATION pipeline.</summary>
    public async Task<Result<List<TableTransactionAction>>> BeginAgainAsync(Pipeline pipeline, DateTimeOffset now, CancellationToken cancellation)
    {
        if (pipeline.Trigger == PipelineTrigger.ROLLBACK) return new List<TableTransactionAction>();
        var iterationRead = iterations.FindAsync(pipeline.AppId, pipeline.IterationId, cancellation);
        var parent = await pipelines.GetAsync(pipeline.AppId, pipeline.ParentId!.Value, cancellation);
        var iteration = (await iterationRead)!;
        if (iteration.Value.RefusalToRunAgain(pipeline) is { } refusal) return refusal;
        var running = iteration.Value.WithPhase(pipeline.RefId, PhaseStatus.RUNNING, now);
        return Write(iteration, running, parent, IterationProgress.Settle(parent.Value, running, now));
    }

    private static List<TableTransactionAction> Write(Stored<Iteration> iteration, Iteration settled, Stored<Pipeline> parent, Pipeline moved) =>
    [
        .. IterationStore.Update(settled, iteration), .. PipelineStore.Update(moved, parent),
        AppPartition.Owe(settled.AppId, new OutboxEntry(OutboxKind.LIST_PIPELINE, moved.Id)),
    ];
}
