using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using ProCode.Credentials;
using ProCode.Deployments;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Pipelines.Logs;
using ProCode.Storage;
using ProCode.Webhooks;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>
/// Takes the environment for the run and writes the deployment's row, with its id and secret, in one transaction, before any ops system
/// hears of it. The environment's configuration is taken over as it is now. False when another pipeline holds the environment; the pipeline then says so and is PAUSED.
/// </summary>
public sealed class PrepareDeploymentActivity(
    AppPartition rows, PipelineStore pipelines, DeploymentStore deployments, EnvironmentStore environments, Outbox outbox, SecretProtector secrets, StageLogs logs, TimeProvider time)
{
    [Function(nameof(PrepareDeploymentActivity))]
    public async Task<PreparedDeployment> Run([ActivityTrigger] StageAttempt attempt, CancellationToken cancellation)
    {
        var id = new DeployId(attempt.AppId, attempt.PipelineId, attempt.Run, attempt.Attempt);
        while (true)
        {
            if (await deployments.FindAsync(id, cancellation) is not null) return PreparedDeployment.READY;
            var found = await pipelines.GetAsync(attempt.AppId, attempt.PipelineId, cancellation);
            if (found.Value.IsOver || found.Value.Run != attempt.Run) return PreparedDeployment.OVER;
            var name = found.Value.Environment!;
            var environment = await rows.FindAsync<AppEnvironment>(attempt.AppId, AppRows.Environment(name), cancellation);
            var held = environment?.Value ?? new AppEnvironment(name, 0, null, null);
            var holder = await HolderAsync(attempt, held, cancellation);

            var changed = holder is null ? Deploying(found.Value, id) : Waiting(found.Value, holder);
            var debt = new OutboxEntry(OutboxKind.LIST_PIPELINE, changed.Id);
            List<TableTransactionAction> changes = [PipelineStore.Update(changed, found.ETag), AppPartition.Owe(attempt.AppId, debt)];
            if (holder is null)
            {
                var taken = held.TakenBy(attempt.PipelineId, attempt.Run);
                changes.Add(environment is null
                    ? AppPartition.Insert(attempt.AppId, AppRows.Environment(name), taken)
                    : AppPartition.Update(attempt.AppId, AppRows.Environment(name), environment.ETag, taken));
                changes.Add(DeploymentStore.Insert(await NewAsync(id, changed, taken, cancellation)));
            }
            else if (found.Value.WaitingFor is { Kind: WaitKind.LOCK } waiting && waiting.HeldByPipelineId == holder.Id)
            {
                return PreparedDeployment.WAITING; // It has been said already.
            }

            if (await rows.CommitAsync(attempt.AppId, changes, cancellation) is not { } versions) continue;
            if (changed.Status != found.Value.Status) await outbox.PayListsAsync(changes, versions, [changed], cancellation);
            if (holder is null) return PreparedDeployment.READY;
            await using var log = logs.Open(StageLogId.Of(id));
            log.WriteLine($"Waiting: {changed.WaitingFor!.Message}");
            return PreparedDeployment.WAITING;
        }
    }

    // A lock whose holder has ended, or has gone on to another run, is free: the end of a run frees it in its last transaction, but a run
    // that was replaced never gets there.
    private async Task<Pipeline?> HolderAsync(StageAttempt attempt, AppEnvironment environment, CancellationToken cancellation)
    {
        if (environment.HeldByPipelineId is not { } id || environment.IsHeldBy(attempt.PipelineId, attempt.Run)) return null;
        var holder = (await pipelines.FindAsync(attempt.AppId, id, cancellation))?.Value;
        return holder is null || holder.Status.IsFinal() || holder.Run != environment.HeldByRun ? null : holder;
    }

    private Pipeline Deploying(Pipeline pipeline, DeployId id)
    {
        var now = time.GetUtcNow();
        if (pipeline.Status == PipelineStatus.PAUSED) pipeline = pipeline.Move(PipelineEvent.Continue, now);
        return pipeline.Changed(now) with { DeployId = id.ToString(), DeployStatus = DeployStatus.DEPLOYING, WaitingFor = null };
    }

    private Pipeline Waiting(Pipeline pipeline, Pipeline holder)
    {
        var now = time.GetUtcNow();
        if (pipeline.Status == PipelineStatus.RUNNING) pipeline = pipeline.Move(PipelineEvent.Pause, now);
        var message = $"Pipeline {holder.Id} is deploying to {pipeline.Environment}.";
        return pipeline.Changed(now) with { WaitingFor = new WaitingFor(WaitKind.LOCK, message, now, HeldByPipelineId: holder.Id) };
    }

    private async Task<Deployment> NewAsync(DeployId id, Pipeline pipeline, AppEnvironment environment, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var package = pipeline.OutputOf<PackageOutput>(StageKind.PACKAGE);
        var wanted = (await environments.GetAsync(id.AppId, environment.Name, cancellation)).With(StageInput.Of<StageInput.Deploy>(pipeline[StageKind.DEPLOY]));
        var values = wanted.Env.Where(variable => variable.Value.Value is not null).ToDictionary(variable => variable.Key, variable => variable.Value.Value!);
        var config = new DeploymentConfig(values, wanted.Cpu, wanted.Memory, wanted.Replicas, package.Config.Port, package.Config.Health);
        var secret = await secrets.ProtectAsync(StandardWebhook.NewSecret(), Deployment.SecretPurpose(id), cancellation);
        return new Deployment(
            id.ToString(), id.AppId, id.PipelineId, environment.Name, environment.Fence, package.Image, package.Digest, config,
            secret, OpsStatus.PENDING, "ordered", now, now)
        {
            SecretEnv = wanted.Env.Where(variable => variable.Value.CredentialId is not null)
                .ToDictionary(variable => variable.Key, variable => variable.Value.CredentialId!.Value),
            Tag = pipeline.Tag,
            Target = wanted.Target,
        };
    }
}
