using System.Text.Json.Serialization;

namespace ProCode.Identity;

/// <summary>What a caller may do; every endpoint names one.</summary>
public enum Permission
{
    [JsonStringEnumMemberName("apps:read")]
    AppsRead,

    [JsonStringEnumMemberName("apps:write")]
    AppsWrite,

    [JsonStringEnumMemberName("iterations:read")]
    IterationsRead,

    [JsonStringEnumMemberName("iterations:write")]
    IterationsWrite,

    [JsonStringEnumMemberName("iterations:release")]
    IterationsRelease,

    [JsonStringEnumMemberName("pipelines:read")]
    PipelinesRead,

    [JsonStringEnumMemberName("pipelines:write")]
    PipelinesWrite,

    [JsonStringEnumMemberName("deployments:read")]
    DeploymentsRead,

    [JsonStringEnumMemberName("deployments:write")]
    DeploymentsWrite,

    [JsonStringEnumMemberName("credentials:read")]
    CredentialsRead,

    [JsonStringEnumMemberName("credentials:write")]
    CredentialsWrite,

    [JsonStringEnumMemberName("subscriptions:read")]
    SubscriptionsRead,

    [JsonStringEnumMemberName("subscriptions:write")]
    SubscriptionsWrite,
}
