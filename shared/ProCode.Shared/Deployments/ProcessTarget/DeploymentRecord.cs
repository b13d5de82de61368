using System.Text.Json.Serialization;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>
/// What deployment.json says. It holds nothing secret: neither the callback's secret nor the agent's environment, which may hold keys.
/// Both come with the request; whoever lost its answer sends it again.
/// </summary>
internal sealed record DeploymentRecord(
    string DeployId, long AppId, string Environment, long Fence, string Image, string Digest, string HealthPath, DateTimeOffset CreatedAt)
{
    public OpsStatus Status { get; init; } = OpsStatus.PENDING;

    public string Message { get; init; } = "Accepted.";

    /// <summary>Which start this is: 0 before the first, more than 1 when a port was taken. The process names itself in a file per attempt.</summary>
    public int Attempt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>Why a deployment that was a success runs no more, if that was our doing.</summary>
    public string? Ended { get; init; }

    [JsonIgnore]
    public bool Settled => Status is not (OpsStatus.PENDING or OpsStatus.RUNNING);

    public static DeploymentRecord Of(DeploymentRequest request, DateTimeOffset now) => new(
        request.DeployId, request.AppId, request.Environment, request.Fence, request.Image, request.Digest, request.Config.HealthPath, now);

    public DeploymentState StateWith(AgentProcess? process)
    {
        var running = process is { IsAlive: true };
        return Status switch
        {
            OpsStatus.SUCCESS when running => new DeploymentState(Status, Message, process!.BaseUrl),
            OpsStatus.SUCCESS => new DeploymentState(Status, Ended ?? "The agent was healthy once, but its process has ended since.", null),
            _ => new DeploymentState(Status, Message, null),
        };
    }
}
