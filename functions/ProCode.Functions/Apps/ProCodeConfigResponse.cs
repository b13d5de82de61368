using System.Globalization;
using ProCode.Apps;
using ProCode.Repos;

namespace ProCode.Functions.Apps;

/// <summary>A pro-code app's configuration as clients see it (seed 001, section 3.2).</summary>
internal sealed record ProCodeConfigResponse(
    long AppId, long RepoId, string GitRepoUrl, GitType GitType, string? ScaffoldTemplate, string? CredentialId, Uri WebhookUrl, SetupResponse? Setup)
{
    public static ProCodeConfigResponse From(ProCodeConfig config, ServiceOptions service) => new(
        config.App.Id, config.Repo.Id, config.Repo.Url, config.Repo.GitType, config.App.ScaffoldTemplate,
        config.Repo.CredentialId?.ToString(CultureInfo.InvariantCulture), service.Link(config.Repo.WebhookPath), SetupResponse.From(config.Setup));
}
