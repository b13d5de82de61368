using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ProCode.Deployments;
using ProCode.Idempotency;
using ProCode.Iterations;
using ProCode.Json;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Stages.Deploy;
using ProCode.Orchestrations.Subscriptions;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Storage;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>What clients ask, each as the edge carries it out: under its Idempotency-Key, with the calls that follow, and the answer kept at the end.</summary>
internal static class Requests
{
    /// <summary>Enters a phase.</summary>
    public static Task<RunRequest> EnterAsync(this MortalPlatform platform, PhaseOrder order) =>
        platform.RequestAsync<EnterPhase>($"{order.IterationId}-{order.Phase}", async (enter, process) =>
        {
            var entry = (await enter.RunAsync(order, default)).Value;
            await process.Get<PhaseStarter>().StartAsync(process.Durable, entry, default);
            return entry.RunOf();
        });

    /// <summary>Begins another run.</summary>
    public static Task<RunRequest> RunAgainAsync(this MortalPlatform platform, RunRequest run, RunCause cause) =>
        platform.RequestAsync<StartRun>($"{run.PipelineId}-{cause}-{run.Run}", async (start, process) =>
        {
            var again = run with { Run = (await start.RunAsync(new RunOrder(run.PipelineId, cause, "tester"), default)).Value.Run };
            await process.Get<RunStarter>().TryStartAsync(process.Durable, again, default);
            return again;
        });

    /// <summary>Opens a gate.</summary>
    public static Task<RunRequest> ProceedAsync(this MortalPlatform platform, RunRequest run) =>
        platform.RequestAsync<ProceedPipeline>($"{run.PipelineId}-{run.Run}", async (proceed, process) =>
        {
            Assert.Equal(run.Run, (await proceed.RunAsync(run.PipelineId, "tester", default)).Value.Run);
            await process.Get<RunCalls>().PayAsync(process.Durable, run.AppId, [new OutboxEntry(OutboxKind.WAKE_RUN, run.PipelineId, run.Run)], default);
            return run;
        });

    /// <summary>Cancels.</summary>
    public static Task<RunRequest> CancelAsync(this MortalPlatform platform, RunRequest run) =>
        platform.RequestAsync<CancelPipeline>($"{run.PipelineId}-{run.Run}", async (cancel, process) =>
        {
            var canceled = (await cancel.RunAsync(run.PipelineId, "tester", default)).Value;
            await process.Get<RunCalls>().PayAsync(process.Durable, run.AppId, canceled.Debts, default);
            await process.Get<EventPublisher>().PayAsync(process.Durable, run.AppId, default);
            return run;
        });

    /// <summary>Rolls production back to what ran there before.</summary>
    public static Task<RunRequest> RollBackAsync(this MortalPlatform platform, long appId) =>
        platform.RequestAsync<StartRollback>($"{appId}", async (start, process) =>
        {
            var accepted = (await start.RunAsync(new RollbackOrder(appId, AppEnvironment.Production, null, "tester"), default)).Value;
            var run = new RunRequest(accepted.AppId, accepted.PipelineId, accepted.Run);
            await process.Get<RunStarter>().TryStartAsync(process.Durable, run, default);
            return run;
        });

    /// <summary>The ops system reports, the same again until it is answered.</summary>
    public static Task CallBackAsync(this MortalPlatform platform, RunRequest run, OpsStatus status)
    {
        var (id, evidence) = (run.DeployId(), new Evidence(EvidenceSource.CALLBACK, status, "called back", platform.World.Time.GetUtcNow()));
        return platform.AskAsync(async process =>
        {
            var found = await process.Get<DeploymentStore>().GetAsync(id, default);
            var settled = (await process.Get<DeploymentCalls>().TakeAsync(id, found, evidence, default))!;
            await process.Get<DeploymentLogs>().ReportedAsync(id, found.Value, settled, EvidenceSource.CALLBACK, default);
            if (settled.IsSettled) await DeploymentCalls.CallAsync(process.Durable, id, default);
            return settled.Status;
        });
    }

    private static Task<RunRequest> RequestAsync<TUseCase>(this MortalPlatform platform, string key, Func<TUseCase, TestPlatform, Task<RunRequest>> carryOut)
        where TUseCase : notnull => platform.AskAsync(async process =>
    {
        await using var request = process.Services.CreateAsyncScope();
        var store = request.ServiceProvider.GetRequiredService<IdempotencyStore>();
        var keyed = (await store.BeginAsync("tester", typeof(TUseCase).Name, key, new byte[] { 1 }, default)).Value;
        if (keyed.Answer is { } earlier) return JsonSerializer.Deserialize<RunRequest>(earlier.Body, ProCodeJson.Stored)!;

        request.ServiceProvider.GetRequiredService<RequestIds>().Use(keyed);
        var answer = await carryOut(request.ServiceProvider.GetRequiredService<TUseCase>(), process);
        await keyed.RecordAsync(new RecordedAnswer(202, TestPlatform.Text(answer), null), default);
        return answer;
    });
}
