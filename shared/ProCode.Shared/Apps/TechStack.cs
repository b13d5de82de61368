using System.Text.Json.Serialization;

namespace ProCode.Apps;

/// <summary>The language an agent is written in; it chooses the base image and the defaults of procode.yaml.</summary>
public enum TechStack
{
    [JsonStringEnumMemberName("python")]
    Python,

    [JsonStringEnumMemberName("nodejs")]
    NodeJs,

    [JsonStringEnumMemberName("java")]
    Java,
}
