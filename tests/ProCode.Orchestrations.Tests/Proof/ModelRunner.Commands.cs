using ProCode.Deployments;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Iterations;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Proof;

/// <summary>Each command: what the platform must answer, and what it is to the model.</summary>
internal sealed partial class ModelRunner
{
    private async Task EnterAsync(ModelIteration iteration, PhaseType type, bool losesCall)
    {
        var refusal = iteration.RefusesEntry(type);
        var tag = type == PhaseType.RELEASE ? $"v1.0.{++_tags}" : null;
        var now = _platform.Time.GetUtcNow();
        var entered = await _platform.TryEnterAsync(new PhaseOrder(iteration.Row.Id, type, "tester", tag));
        if (!IsAccepted(entered, refusal)) return;

        var entry = entered.Value;
        var phase = (await _platform.ReadAsync(iteration.Row)).LatestPhase!;
        var pipeline = new ModelPipeline(entry.PipelineId, iteration, phase.Id, phase.Environment, now);
        iteration.Phases.Add(new ModelPhase(type, pipeline));
        iteration.Status = Enum.Parse<IterationStatus>(type == PhaseType.RELEASE ? nameof(IterationStatus.RELEASING) : type.ToString());
        _world.Pipelines.Add(pipeline);
        if (!losesCall) await _platform.Get<PhaseStarter>().StartAsync(_platform.Durable, entry, default);
        await GoOnAsync(losesCall);
    }

    private async Task CloseAsync(ModelIteration iteration)
    {
        if (IsAccepted(await _platform.TryCloseAsync(iteration.Row), iteration.RefusesClose)) iteration.Status = IterationStatus.CLOSED;
    }

    private async Task StartPipelineAsync(ModelIteration iteration, bool losesCall)
    {
        var refusal = iteration.RefusesStart;
        var now = _platform.Time.GetUtcNow();
        var started = await _platform.TryStartAsync(iteration.Row);
        if (!IsAccepted(started, refusal)) return;

        var (phase, made) = (iteration.Latest!, started.Value.Pipeline);
        var pipeline = new ModelPipeline(made.Id, iteration, phase.Pipeline.PhaseId, phase.Pipeline.Environment, now) { HasCommit = phase.Pipeline.HasCommit };
        (phase.Pipeline, phase.Status) = (pipeline, PhaseStatus.RUNNING);
        _world.Pipelines.Add(pipeline);
        if (!losesCall) await _platform.BeginAsync(made.RunOf());
        await GoOnAsync(losesCall);
    }

    private async Task ProceedAsync(ModelPipeline pipeline, bool losesCall)
    {
        var refusal = pipeline.Waits == WaitKind.GATE ? null : PipelineErrors.ProceedNotAllowed.Name;
        if (!IsAccepted(await _platform.TryProceedAsync(pipeline.RunOf(), call: !losesCall), refusal)) return;
        pipeline.Stages[pipeline.Next].Proceeded = true;
        await GoOnAsync(losesCall);
    }

    private async Task RunAgainAsync(ModelPipeline pipeline, RunCause cause, int stage, bool losesCall)
    {
        var lost = pipeline.Waits == WaitKind.RESUME;
        var next = pipeline.Next;
        var from = cause == RunCause.RESTART ? stage : next;
        var refusal = cause switch
        {
            RunCause.RETRY when pipeline.Status != PipelineStatus.FAILED => PipelineErrors.RetryNotAllowed.Name,
            RunCause.RETRY when pipeline.Stages[next].ManualRetries >= 10 => PipelineErrors.RetriesExhausted.Name,
            RunCause.RESUME when !lost && pipeline.Status is not (PipelineStatus.FAILED or PipelineStatus.CANCELED) => PipelineErrors.ResumeNotAllowed.Name,
            RunCause.RESTART when !lost && pipeline.Status is not (PipelineStatus.FAILED or PipelineStatus.CANCELED or PipelineStatus.SUCCESS) => PipelineErrors.RestartNotAllowed.Name,
            RunCause.RESTART when next >= 0 && from > next => PipelineErrors.RestartNotAllowed.Name,
            _ => pipeline.Iteration.RefusesRun(pipeline),
        };
        var now = _platform.Time.GetUtcNow();
        var asked = await _platform.TryRunAgainAsync(pipeline.RunOf(), cause, cause == RunCause.RESTART ? (StageKind)from : null);
        if (!IsAccepted(asked, refusal)) return;

        var (retries, proceeded) = (pipeline.Stages[from].ManualRetries, pipeline.Stages[from].Proceeded);
        pipeline.Again(cause, from, now);
        var begun = pipeline.Stages[from];
        begun.Proceeded = cause != RunCause.RESUME || proceeded;
        begun.ManualRetries = cause switch { RunCause.RETRY => retries + 1, RunCause.RESUME => retries, _ => 0 };
        pipeline.Iteration.Latest!.Status = PhaseStatus.RUNNING;
        Assert.Equal(pipeline.Run, asked.Value.Run);
        if (!losesCall) await _platform.BeginAsync(asked.Value);
        await GoOnAsync(losesCall);
    }

    private async Task CancelAsync(ModelPipeline pipeline, bool losesCall)
    {
        var refusal = pipeline.Status is PipelineStatus.PENDING or PipelineStatus.RUNNING or PipelineStatus.PAUSED ? null : PipelineErrors.CancelNotAllowed.Name;
        if (!IsAccepted(await _platform.TryCancelAsync(pipeline.RunOf(), call: !losesCall), refusal)) return;
        _world.End(pipeline, PipelineStatus.CANCELED, onOpen: OpsStatus.CANCELED);
        await GoOnAsync(losesCall);
    }

    private async Task ConfigureAsync(ModelPipeline pipeline, int detail)
    {
        var (kind, manual) = ((StageKind)(detail % 4), detail / 4 % 2 == 0);
        var stage = pipeline.Stages[(int)kind];
        var mode = manual ? DriveMode.MANUAL : kind == StageKind.DEPLOY ? DriveMode.ASYNC : DriveMode.AUTO;
        var refusal = stage.IsManual != manual && stage.Status != StageStatus.PENDING && !(pipeline.IsOver && stage.Status == StageStatus.FAILED) ? PipelineErrors.StageConfigFixed.Name : null;
        var changed = await _platform.RequestAsync<ChangeStageConfigs, ChangedConfigs>(change => change.RunAsync(
            pipeline.Id, new Dictionary<StageKind, StageConfigChange> { [kind] = new(DriveMode: mode) }, "tester", _ => null, default));
        if (!IsAccepted(changed, refusal)) return;
        stage.IsManual = manual;
        await _platform.Get<RunCalls>().PayAsync(_platform.Durable, pipeline.Iteration.Row.AppId, changed.Value.Debts, default);
        await _world.SettleAsync();
    }

    private async Task CallBackAsync(ModelPipeline pipeline, bool succeeded, bool losesCall)
    {
        var status = succeeded ? OpsStatus.SUCCESS : OpsStatus.FAILED;
        Assert.Equal(status, (await _platform.CallBackAsync(pipeline.RunOf(), status, nudge: !losesCall)).Status);
        if (losesCall)
        {
            await PassTimeAsync(() => _world.Settle(pipeline, succeeded));
            return;
        }

        _world.Settle(pipeline, succeeded);
        await _world.SettleAsync();
    }

    private async Task CallBackLateAsync(int detail)
    {
        var settled = _world.Deployments.Where(deployment => deployment.Value is not null).Select(deployment => (deployment.Key, deployment.Value)).ToList();
        if (settled.Count == 0) return;
        var (id, status) = settled[detail % settled.Count];
        var parsed = DeployId.Parse(id)!;
        var answer = await _platform.CallBackAsync(new RunRequest(parsed.AppId, parsed.PipelineId, parsed.Run), detail % 2 == 0 ? OpsStatus.SUCCESS : OpsStatus.FAILED);
        Assert.Equal(status, answer.Status);
    }

    // The engine forgets a run that is under way; the sweep finds out.
    private async Task LoseAsync(ModelPipeline pipeline, bool purge)
    {
        if (pipeline.IsOver) return;
        var instance = InstanceIds.ForRun(pipeline.RunOf());
        await _platform.Durable.TerminateInstanceAsync(instance);
        await _platform.Durable.WaitForInstanceCompletionAsync(instance);
        if (purge) await _platform.Durable.PurgeInstanceAsync(instance);
        await PassTimeAsync(() => _world.End(pipeline, PipelineStatus.PAUSED, WaitKind.RESUME));
    }

    private static bool IsAccepted<T>(Result<T> answer, string? refusal)
    {
        Assert.Equal(refusal, answer.Succeeded ? null : answer.Error.Code.Name);
        return refusal is null;
    }
}
