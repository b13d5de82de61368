using Microsoft.Extensions.DependencyInjection;
using ProCode.Pipelines.Logs;
using ProCode.Storage;

namespace ProCode.Pipelines;

/// <summary>Pipelines and the rows of an app that they live among.</summary>
public static class PipelinesModule
{
    /// <summary>The pipelines, and the settings under <c>Pipelines</c>.</summary>
    public static IServiceCollection AddPipelines(this IServiceCollection services)
    {
        services.AddOptions<PipelineOptions>().BindConfiguration("Pipelines").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<AppPartition>().AddSingleton<Doorbells>().AddSingleton<Owners>()
            .AddSingleton<PipelineStore>().AddSingleton<PipelineChanges>().AddSingleton<PipelineArtifacts>().AddSingleton<Outbox>().AddSingleton<StageLogs>().AddSingleton<StageLogSearch>()
            .AddSingleton<RunBoundary>().AddSingleton<ActiveRuns>().AddSingleton<InterruptRun>().AddSingleton<RunRepair>()
            .AddScoped<StartRun>().AddScoped<ProceedPipeline>().AddScoped<CancelPipeline>().AddScoped<StartPipeline>().AddScoped<ChangeStageConfigs>();
    }
}
