using System.Text.Json.Serialization;

namespace ProCode.Subscriptions;

/// <summary>What subscriptions are told of.</summary>
public enum EventType
{
    [JsonStringEnumMemberName("iteration.status_changed")]
    IterationStatusChanged,

    [JsonStringEnumMemberName("pipeline.status_changed")]
    PipelineStatusChanged,

    [JsonStringEnumMemberName("stage.status_changed")]
    StageStatusChanged,

    [JsonStringEnumMemberName("deployment.status_changed")]
    DeploymentStatusChanged,

    /// <summary>Asked for by a person; nobody subscribes to it.</summary>
    [JsonStringEnumMemberName("ping")]
    Ping,
}
