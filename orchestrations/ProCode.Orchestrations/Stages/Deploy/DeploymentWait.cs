using System.Text.Json.Serialization;
using ProCode.Deployments;

namespace ProCode.Orchestrations.Stages.Deploy;

/// <summary>What a deployment is waited for: how often it is polled beside that and how long, in seconds from the moment the ops system took it.</summary>
public sealed record DeploymentWait(DeployId DeployId, int PollInterval, int PollTimeout);

/// <summary>How a deployment stands, and when to look again while it isn't settled. <paramref name="Message"/> is the first line of what its
/// row says.</summary>
public sealed record DeploymentProgress(OpsStatus Status, string Message, string? Url, DateTimeOffset? LookAgainAt)
{
    /// <summary>True when there is nothing to wait for any more.</summary>
    [JsonIgnore]
    public bool IsSettled => Status.IsSettled();
}
