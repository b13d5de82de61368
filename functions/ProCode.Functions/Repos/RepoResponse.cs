using System.Globalization;
using ProCode.Repos;

namespace ProCode.Functions.Repos;

/// <summary>A repository as clients see it.</summary>
internal sealed record RepoResponse(
    long Id, long AppId, string ExternalGitUrl, GitType GitType, string? CredentialId, Uri WebhookUrl, WebhookState WebhookState, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static RepoResponse From(Repo repo, ServiceOptions service) => new(
        repo.Id, repo.AppId, repo.Url, repo.GitType, repo.CredentialId?.ToString(CultureInfo.InvariantCulture), service.Link(repo.WebhookPath),
        repo.Webhook?.State ?? WebhookState.ABSENT, repo.CreatedAt, repo.UpdatedAt);
}
