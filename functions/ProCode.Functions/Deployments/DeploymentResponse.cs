using ProCode.Deployments;

namespace ProCode.Functions.Deployments;

/// <summary>A deployment as clients see it: never its callback secret, and not the variables it was made with.</summary>
internal sealed record DeploymentResponse(
    string Id, long AppId, long PipelineId, string Environment, string? Tag, string Image, string Digest, OpsStatus Status, string Message, string? Url,
    EvidenceSource? SettledBy, DateTimeOffset CreatedAt, DateTimeOffset? AcceptedAt, DateTimeOffset UpdatedAt)
{
    public static DeploymentResponse From(Deployment deployment) => new(
        deployment.Id, deployment.AppId, deployment.PipelineId, deployment.Environment, deployment.Tag, deployment.Image, deployment.Digest, deployment.Status,
        deployment.Message, deployment.Url, deployment.SettledBy?.Source, deployment.CreatedAt, deployment.AcceptedAt, deployment.UpdatedAt);
}
