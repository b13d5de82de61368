using System.ComponentModel.DataAnnotations;

namespace ProCode.Pipelines;

/// <summary>Settings under <c>Pipelines</c>.</summary>
public sealed class PipelineOptions
{
    /// <summary>The wait before the first automatic retry of a stage; it doubles with every further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan FirstRetryInterval { get; set; } = TimeSpan.FromSeconds(5);
}
