using Microsoft.Extensions.Options;
using ProCode.Apps;
using ProCode.Idempotency;
using ProCode.Pipelines;
using ProCode.Results;
using ProCode.Storage;

namespace ProCode.Deployments;

/// <summary>What a roll-back is asked for; without <paramref name="ToDeploymentId"/> it is to what ran before.</summary>
public sealed record RollbackOrder(long AppId, string Environment, string? ToDeploymentId, string RequestedBy);

/// <summary>A roll-back that was accepted: the deployment it leads back to, whose image is deployed again, and the pipeline and run that do so.</summary>
public sealed record Rollback(long AppId, long PipelineId, int Run, string DeploymentId, string? Tag, string Image, string Digest, PipelineStatus Status);

/// <summary>
/// Rolls an environment back to an image that was deployed there before: a PHASE pipeline that begins at DEPLOY, with its first run, which is owed to
/// the outbox to be started. Nothing is built and neither the git host nor the image store is asked. The iteration whose release it was, its phases and
/// its ITERATION pipeline stay as they are. While another pipeline deploys there, this one waits for the environment's lock.
/// </summary>
public sealed class StartRollback(
    AppPartition rows, Owners owners, AppSettingsStore settings, PipelineStore pipelines, DeploymentStore deployments, ActiveRuns active, IRequestIds requestIds,
    IOptions<PipelineOptions> options, TimeProvider time)
{
    /// <summary>Accepts the roll-back, or says why not; then nothing has changed.</summary>
    public async Task<Result<Rollback>> RunAsync(RollbackOrder order, CancellationToken cancellation)
    {
        var (appId, pipelineId) = (order.AppId, await requestIds.NextAsync("pipelines", cancellation));
        while (true)
        {
            var madeRead = pipelines.FindAsync(appId, pipelineId, cancellation);
            var targetRead = TargetAsync(order, cancellation);
            var decided = await settings.FindWithAppAsync(appId, cancellation);
            var (made, found) = (await madeRead, await targetRead);

            // Repeated under its Idempotency-Key, or our own write, tried again after its answer was lost.
            if (made is not null) return Accepted(made.Value);
            if (decided is null) return AppErrors.NotFound(appId);
            if (AppErrors.RefusalOf(decided.App.Value) is { } archived) return archived;
            if (decided.App.Value.DevMode != DevMode.ProCode) return Impossible($"App {appId} is a low-code app, and those have no deployments.");
            if (!found.TryGet(out var target, out var error)) return error;

            var released = (await pipelines.GetAsync(appId, target.PipelineId, cancellation)).Value;
            if (!released.HasPackaged(target.Digest)) return Impossible($"Pipeline {released.Id} has made another image since its deployment {target.Id}.");

            var now = time.GetUtcNow();
            var stageConfigs = decided.Settings.StageConfigsOver(options.Value.PhaseDefaults());
            var pipeline = Pipeline.ForRollback(pipelineId, released, target.Id, stageConfigs, now);
            var run = new PipelineRun(pipelineId, pipeline.Run, PipelineStatus.PENDING, StageKind.DEPLOY, order.RequestedBy, now);
            await Task.WhenAll(
                owners.SetAsync(OwnedKind.Pipeline, pipelineId, appId, cancellation), active.AddAsync(pipeline, cancellation), rows.AnnounceAsync(appId, cancellation));
            var written = await rows.CommitAsync(
                appId,
                [
                    .. PipelineStore.Insert(pipeline),
                    AppPartition.Insert(appId, AppRows.Run(pipelineId, run.Run), run),
                    AppPartition.Owe(appId, new OutboxEntry(OutboxKind.START_RUN, pipelineId, run.Run)),
                    AppPartition.Owe(appId, new OutboxEntry(OutboxKind.LIST_PIPELINE, pipelineId)),
                    AppStore.StaysOpen(decided.App),
                ],
                cancellation);
            if (written is not null) return Accepted(pipeline);

            // Something else was begun in the app, or it was archived, or it was our own write after all: look again at everything.
        }
    }

    private Task<Result<Deployment>> TargetAsync(RollbackOrder order, CancellationToken cancellation) =>
        order.ToDeploymentId is { } id ? NamedAsync(order, id, cancellation) : PreviousAsync(order, cancellation);

    private async Task<Result<Deployment>> NamedAsync(RollbackOrder order, string text, CancellationToken cancellation)
    {
        if (DeployId.Parse(text) is not { } id || id.AppId != order.AppId || (await deployments.FindAsync(id, cancellation))?.Value is not { } deployment)
            return DeploymentErrors.DeploymentNotFound.With($"App {order.AppId} has no deployment '{text}'.");
        if (deployment.Environment != order.Environment)
            return Impossible($"Deployment {text} went to the environment '{deployment.Environment}', not to '{order.Environment}'.");
        return deployment.Status == OpsStatus.SUCCESS ? deployment : Impossible($"Deployment {text} is {deployment.Status}; only one that succeeded can be rolled back to.");
    }

    private async Task<Result<Deployment>> PreviousAsync(RollbackOrder order, CancellationToken cancellation)
    {
        if (await rows.FindAsync<AppEnvironment>(order.AppId, AppRows.Environment(order.Environment), cancellation) is not { } environment)
            return Impossible($"Nothing was ever deployed to the environment '{order.Environment}' of app {order.AppId}.");
        var past = await deployments.SearchAsync(order.AppId, order.Environment, new RollbackSearch(environment.Value.Fence), cancellation);
        if (past.Target is { } target) return target;
        return past.Current is { } current
            ? Impossible($"'{order.Environment}' runs {current.Id}, and no deployment of another image has succeeded there before.")
            : Impossible($"No deployment to '{order.Environment}' has succeeded yet.");
    }

    private static Rollback Accepted(Pipeline pipeline)
    {
        var package = pipeline.OutputOf<PackageOutput>(StageKind.PACKAGE);
        return new Rollback(
            pipeline.AppId, pipeline.Id, 1, pipeline.RollbackTo!, pipeline.Tag, package.Image, package.Digest, PipelineStatus.RUNNING);
    }

    private static Error Impossible(string why) => AppErrors.RollbackImpossible.With(why);
}
