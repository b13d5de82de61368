using ProCode.Pipelines;

namespace ProCode.Functions.Pipelines;

/// <summary>How every stage of a pipeline is driven, by stage.</summary>
internal sealed record StageConfigsResponse(IReadOnlyDictionary<string, StageConfig> StageConfigs)
{
    public static StageConfigsResponse From(Pipeline pipeline) => new(pipeline.Type switch
    {
        PipelineType.PHASE => pipeline.StageConfigs.ToDictionary(config => config.Key.ToString(), config => config.Value),
        PipelineType.ITERATION => Enum.GetValues<IterationStage>().ToDictionary(stage => stage.ToString(), _ => IterationStageRun.Config),
    });
}
