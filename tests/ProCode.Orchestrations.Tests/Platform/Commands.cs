using Microsoft.Extensions.DependencyInjection;
using ProCode.Idempotency;
using ProCode.Orchestrations.Pipelines;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Platform;

/// <summary>What people do with pipelines, each as one request does it, under an Idempotency-Key if there is one.</summary>
internal static class Commands
{
    /// <summary>Asks for another run; it is not started yet.</summary>
    public static async Task<Result<RunRequest>> TryRunAgainAsync(
        this TestPlatform platform, RunRequest run, RunCause cause, StageKind? from = null, object? input = null, string? key = null, string by = "tester")
    {
        await using var request = await platform.RequestAsync(key);
        var order = new RunOrder(run.PipelineId, cause, by, from, input is null ? null : System.Text.Json.JsonSerializer.SerializeToElement(input, Json.ProCodeJson.Stored));
        return (await request.ServiceProvider.GetRequiredService<StartRun>().RunAsync(order, default)).TryGet(out var again, out var error)
            ? run with { Run = again.Run }
            : error;
    }

    /// <summary>Asks for another run and starts it.</summary>
    public static async Task<RunRequest> RunAgainAsync(
        this TestPlatform platform, RunRequest run, RunCause cause, StageKind? from = null, object? input = null)
    {
        var again = (await platform.TryRunAgainAsync(run, cause, from, input)).Value;
        await platform.BeginAsync(again);
        return again;
    }

    /// <summary>Opens the gate; the run is called unless that gets lost.</summary>
    public static async Task<Result<Pipeline>> TryProceedAsync(this TestPlatform platform, RunRequest run, bool call = true, string? key = null, string by = "tester")
    {
        await using var request = await platform.RequestAsync(key);
        var opened = await request.ServiceProvider.GetRequiredService<ProceedPipeline>().RunAsync(run.PipelineId, by, default);
        if (opened.Succeeded && call)
            await platform.Get<RunCalls>().PayAsync(platform.Durable, run.AppId, [new(Storage.OutboxKind.WAKE_RUN, run.PipelineId, opened.Value.Run)], default);
        return opened;
    }

    /// <summary>Cancels; who waits is called unless that gets lost.</summary>
    public static async Task<Result<Pipeline>> TryCancelAsync(this TestPlatform platform, RunRequest run, bool call = true, string? key = null, string by = "tester")
    {
        await using var request = await platform.RequestAsync(key);
        if (!(await request.ServiceProvider.GetRequiredService<CancelPipeline>().RunAsync(run.PipelineId, by, default)).TryGet(out var canceled, out var error)) return error;
        if (call) await platform.Get<RunCalls>().PayAsync(platform.Durable, run.AppId, canceled.Debts, default);
        return canceled.Pipeline;
    }

    /// <summary>A stage of the pipeline that was just written is driven so.</summary>
    public static Task DriveAsync(this TestPlatform platform, RunRequest run, StageKind stage, DriveMode mode) =>
        platform.Get<PipelineChanges>().ApplyAsync(run.AppId, run.PipelineId, pipeline => pipeline with
        {
            StageConfigs = new SortedDictionary<StageKind, StageConfig>(pipeline.StageConfigs.ToDictionary()) { [stage] = pipeline.StageConfigs[stage] with { DriveMode = mode } },
        }, default);

    /// <summary>The debt sweep, some time later.</summary>
    public static async Task SweepAsync(this TestPlatform platform)
    {
        platform.Time.Advance(TimeSpan.FromSeconds(11));
        await platform.Get<DebtSweep>().RunAsync(platform.Durable, default);
    }

    /// <summary>The sweep for lost runs, some time later.</summary>
    public static async Task SweepLostRunsAsync(this TestPlatform platform)
    {
        platform.Time.Advance(TimeSpan.FromMinutes(1));
        await platform.Get<LostRunSweep>().RunAsync(platform.Durable, default);
    }

    /// <summary>Waits until the pipeline waits for something of this kind.</summary>
    public static Task UntilWaitingAsync(this TestPlatform platform, RunRequest run, WaitKind kind) =>
        Testing.WaitFor.Async(async () => (await platform.PipelineAsync(run)).WaitingFor?.Kind == kind);

    private static async Task<AsyncServiceScope> RequestAsync(this TestPlatform platform, string? key)
    {
        var request = platform.Services.CreateAsyncScope();
        if (key is null) return request;
        var keyed = await request.ServiceProvider.GetRequiredService<IdempotencyStore>().BeginAsync("tester", "command", key, new byte[] { 1 }, default);
        request.ServiceProvider.GetRequiredService<RequestIds>().Use(keyed.Value);
        return request;
    }
}
