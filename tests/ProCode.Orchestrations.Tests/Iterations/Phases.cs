using Microsoft.Extensions.DependencyInjection;
using ProCode.Idempotency;
using ProCode.Iterations;
using ProCode.Orchestrations.Iterations;
using ProCode.Orchestrations.Pipelines;
using ProCode.Orchestrations.Tests.Platform;
using ProCode.Pipelines;
using ProCode.Results;

namespace ProCode.Orchestrations.Tests.Iterations;

/// <summary>What tests do with the phases of an iteration.</summary>
internal static class Phases
{
    public static PhaseOrder To(this Iteration iteration, PhaseType phase) =>
        new(iteration.Id, phase, "tester", phase == PhaseType.RELEASE ? "v1.0.0" : null);

    /// <summary>Enters the phase and begins what the entry owes, as the edge does.</summary>
    public static async Task<RunRequest> EnterAsync(this TestPlatform platform, Iteration iteration, PhaseType phase)
    {
        var entry = (await platform.TryEnterAsync(iteration.To(phase))).Value;
        await platform.Get<PhaseStarter>().StartAsync(platform.Durable, entry, default);
        return entry.RunOf();
    }

    /// <summary>Enters the phase and waits for its end.</summary>
    public static async Task<Pipeline> PassAsync(this TestPlatform platform, Iteration iteration, PhaseType phase) =>
        await platform.EndAsync(await platform.EnterAsync(iteration, phase));

    public static async Task<Iteration> ReadAsync(this TestPlatform platform, Iteration iteration) =>
        (await platform.Get<IterationStore>().FindAsync(iteration.AppId, iteration.Id, default))!.Value;

    /// <summary>The iteration's ITERATION pipeline.</summary>
    public static async Task<Pipeline> SpanAsync(this TestPlatform platform, Iteration iteration) =>
        (await platform.Get<PipelineStore>().GetAsync(iteration.AppId, (await platform.ReadAsync(iteration)).PipelineId!.Value, default)).Value;

    /// <summary>The stages of the ITERATION pipeline after DEVELOPING, as they stand.</summary>
    public static async Task<string> StagesAsync(this TestPlatform platform, Iteration iteration) =>
        string.Join(' ', (await platform.SpanAsync(iteration)).IterationStages.Skip(1).Select(stage => stage.Status));

    /// <summary>A request of its own, under an Idempotency-Key if there is one.</summary>
    public static async Task<Result<T>> RequestAsync<TUseCase, T>(this TestPlatform platform, Func<TUseCase, Task<Result<T>>> ask, string? key = null)
        where TUseCase : notnull
    {
        await using var request = platform.Services.CreateAsyncScope();
        if (key is not null)
        {
            var keyed = await request.ServiceProvider.GetRequiredService<IdempotencyStore>().BeginAsync("tester", typeof(TUseCase).Name, key, new byte[] { 1 }, default);
            request.ServiceProvider.GetRequiredService<RequestIds>().Use(keyed.Value);
        }

        return await ask(request.ServiceProvider.GetRequiredService<TUseCase>());
    }

    public static Task<Result<StartedPipeline>> TryStartAsync(this TestPlatform platform, Iteration iteration, long? phaseId = null, string? key = null) =>
        platform.RequestAsync<StartPipeline, StartedPipeline>(
            start => start.RunAsync(new PipelineOrder(iteration.Id, phaseId, new Dictionary<StageKind, StageConfigChange>(), "tester"), default), key);

    public static Task<Result<ClosedIteration>> TryCloseAsync(this TestPlatform platform, Iteration iteration, string? key = null) =>
        platform.RequestAsync<CloseIteration, ClosedIteration>(close => close.RunAsync(iteration.Id, "tester", default), key);

    public static Task<Result<Pipeline>> TryRetryAsync(this TestPlatform platform, long pipelineId) =>
        platform.RequestAsync<StartRun, Pipeline>(start => start.RunAsync(new RunOrder(pipelineId, RunCause.RETRY, "tester"), default));

    public static RunRequest RunOf(this Pipeline pipeline) => new(pipeline.AppId, pipeline.Id, pipeline.Run);

    public static async Task SetAsync(this TestPlatform platform, Iteration iteration, ProCode.Apps.AppSettings settings) =>
        Assert.True((await platform.Get<ProCode.Apps.AppSettingsStore>().ReplaceAsync(iteration.AppId, settings, _ => null, default)).Succeeded);
}
