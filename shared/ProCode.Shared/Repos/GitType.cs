using System.Text.Json.Serialization;

namespace ProCode.Repos;

/// <summary>Which kind of git host a repository lives on.</summary>
public enum GitType
{
    [JsonStringEnumMemberName("git")]
    Git,

    [JsonStringEnumMemberName("gitlab")]
    GitLab,

    [JsonStringEnumMemberName("github")]
    GitHub,

    [JsonStringEnumMemberName("gitee")]
    Gitee,
}
