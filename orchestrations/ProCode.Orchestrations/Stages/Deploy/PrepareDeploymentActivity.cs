using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
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
/// hears of it. The environment's configuration is taken over as it is now. While another pipeline holds the environment, or was asked for earlier and waits for it, the
/// run takes its place in the queue instead; the pipeline says so in the same transaction and is PAUSED. The environment's row decides: whoever
/// leaves it at the same time changes it first, and is seen here, or after, and calls whom this has put into the queue.
/// </summary>
public sealed class PrepareDeploymentActivity(
    AppPartition rows, PipelineStore pipelines, EnvironmentStore environments, EnvironmentQueue queue, RunBoundary boundary, Outbox outbox, RunCalls calls,
    SecretProtector secrets, StageLogs logs, TimeProvider time, ILogger<PrepareDeploymentActivity> logger)
{
    [Function(nameof(PrepareDeploymentActivity))]
    public async Task<PreparedDeployment> Run([ActivityTrigger] StageAttempt attempt, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var id = new DeployId(attempt.AppId, attempt.PipelineId, attempt.Run, attempt.Attempt);
        for (bool called = false, isFirst = true; ; isFirst = false)
        {
            // What this process remembers will do to take the environment, not to find it taken or the run over.
            var found = await pipelines.RecallAsync(attempt.AppId, attempt.PipelineId, cancellation);
            var recalls = isFirst && attempt.IsUnderWayIn(found.Value) && found.Value.WaitingFor is null;
            if (!recalls) found = await pipelines.GetAsync(attempt.AppId, attempt.PipelineId, cancellation);
            if (found.Value.DeployId == id.ToString()) return PreparedDeployment.READY; // Written together with the deployment's row.
            if (found.Value.IsOver || found.Value.Run != attempt.Run) return PreparedDeployment.OVER;
            if (!called && found.Value.WaitingFor is { Kind: WaitKind.LOCK })
            {
                // Called for its turn, perhaps. Forgotten before the rows are read: whoever calls after that has changed them since, and must stay owing it.
                await outbox.ForgetAsync(attempt.AppId, new OutboxEntry(OutboxKind.WAKE_RUN, attempt.PipelineId, attempt.Run), cancellation);
                called = true;
                continue;
            }

            var name = found.Value.Environment!;
            var environment = recalls
                ? await rows.RecallAsync<AppEnvironment>(attempt.AppId, AppRows.Environment(name), cancellation)
                : await rows.FindAsync<AppEnvironment>(attempt.AppId, AppRows.Environment(name), cancellation);
            var before = environment?.Value ?? new AppEnvironment(name, 0, null, null);
            var line = await LineUpAsync(attempt, before, cancellation);
            var waiting = line.WaitOf(attempt.PipelineId, attempt.Run, Since(found.Value));
            if (line.NextInLine() is { } first && IsSelf(first, attempt)) waiting = null;
            if (waiting is not null && waiting == found.Value.WaitingFor && line == before) return PreparedDeployment.WAITING; // It has been said already.

            var changed = waiting is null ? Deploying(found.Value, id) : Waiting(found.Value, waiting);
            var debt = new OutboxEntry(OutboxKind.LIST_PIPELINE, changed.Id);
            List<TableTransactionAction> changes = [.. PipelineStore.Update(changed, found), AppPartition.Owe(attempt.AppId, debt)];
            OutboxEntry? stop = null;
            if (waiting is null)
            {
                // An attempt that failed in a way we didn't foresee may have left its deployment open.
                var onOpen = new Evidence(EvidenceSource.RUN, OpsStatus.FAILED, $"Attempt {attempt.Attempt} has taken its place.", time.GetUtcNow());
                (_, var closing, stop) = await boundary.CloseDeploymentAsync(found.Value, onOpen, cancellation);
                changes.AddRange(closing);
                line = line.TakenBy(attempt.PipelineId, attempt.Run);
                changes.AddRange(DeploymentStore.Insert(await NewAsync(id, changed, line, cancellation)));
            }

            changes.Add(environment is null
                ? AppPartition.Insert(attempt.AppId, AppRows.Environment(name), line)
                : AppPartition.Update(attempt.AppId, AppRows.Environment(name), environment.ETag, line));

            // Free, and somebody else's turn: who has passed over others on the way to that one must call it.
            OutboxEntry[] owed = line.NextInLine() is { } next ? [new OutboxEntry(OutboxKind.WAKE_RUN, next.PipelineId, next.Run)] : [];
            changes.AddRange(owed.Select(call => AppPartition.Owe(attempt.AppId, call)));

            if (await rows.CommitAsync(attempt.AppId, changes, cancellation) is not { } versions)
            {
                called = false; // Whoever was first may have called.
                continue;
            }

            if (changed.Status != found.Value.Status) await outbox.PayListsAsync(changes, versions, [changed], cancellation);
            await calls.PayAsync(durable, attempt.AppId, stop is null ? owed : [.. owed, stop], cancellation);
            if (waiting is null) return PreparedDeployment.READY;
            await using var log = logs.Open(StageLogId.Of(id));
            log.WriteLine($"Waiting: {waiting.Message}");
            return PreparedDeployment.WAITING;
        }
    }

    // The environment with the run in the queue, unless nobody is there or the run holds it, from an earlier attempt.
    private async Task<AppEnvironment> LineUpAsync(StageAttempt attempt, AppEnvironment environment, CancellationToken cancellation)
    {
        if (environment.IsHeldBy(attempt.PipelineId, attempt.Run) || environment is { HeldByPipelineId: null, Queue.Count: 0 }) return environment;
        var self = environment.WaiterOf(attempt.PipelineId, attempt.Run);
        if (self is null)
        {
            var run = await rows.FindAsync<PipelineRun>(attempt.AppId, AppRows.Run(attempt.PipelineId, attempt.Run), cancellation);
            self = new EnvironmentWaiter(attempt.PipelineId, attempt.Run, run?.Value.StartedAt ?? time.GetUtcNow());
        }

        var joined = environment.WaitedForBy(self);
        var line = await queue.PassOverAsync(attempt.AppId, joined, self, cancellation);
        if (line != joined) DeployLog.PassedOver(logger, attempt.PipelineId, attempt.Run, environment.Name);
        return line;
    }

    private DateTimeOffset Since(Pipeline pipeline) => pipeline.WaitingFor is { Kind: WaitKind.LOCK } waiting ? waiting.Since : time.GetUtcNow();

    private static bool IsSelf(EnvironmentWaiter waiter, StageAttempt attempt) => waiter.PipelineId == attempt.PipelineId && waiter.Run == attempt.Run;

    private Pipeline Deploying(Pipeline pipeline, DeployId id)
    {
        var now = time.GetUtcNow();
        if (pipeline.Status == PipelineStatus.PAUSED) pipeline = pipeline.Move(PipelineEvent.Continue, now);
        return pipeline.Changed(now) with { DeployId = id.ToString(), DeployStatus = DeployStatus.DEPLOYING, WaitingFor = null };
    }

    private Pipeline Waiting(Pipeline pipeline, WaitingFor waiting)
    {
        var now = time.GetUtcNow();
        if (pipeline.Status == PipelineStatus.RUNNING) pipeline = pipeline.Move(PipelineEvent.Pause, now);
        return pipeline.Changed(now) with { WaitingFor = waiting };
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
