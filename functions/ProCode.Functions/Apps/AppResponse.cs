using System.Globalization;
using ProCode.Apps;
using ProCode.Repos;

namespace ProCode.Functions.Apps;

/// <summary>An app as clients see it. Repository and set-up are told by single reads and by the answer to its creation, not by lists.</summary>
internal sealed record AppResponse(
    long Id, long ProjectId, string Name, DevMode DevMode, TechStack? TechStack, long? RepoId, string? GitRepoUrl, GitType? GitType, string? CredentialId,
    string? ScaffoldTemplate, Uri? WebhookUrl, SetupResponse? Setup, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt)
{
    public static AppResponse From(RegisteredApp registered, ServiceOptions service)
    {
        var (app, repo) = (registered.App, registered.Repo);
        return From(app) with
        {
            RepoId = repo?.Id,
            GitRepoUrl = repo?.Url,
            GitType = repo?.GitType,
            CredentialId = repo?.CredentialId?.ToString(CultureInfo.InvariantCulture),
            WebhookUrl = repo is null ? null : service.Link(repo.WebhookPath),
            Setup = SetupResponse.From(registered.Setup),
        };
    }

    /// <summary>A line of a list.</summary>
    public static AppResponse From(App app) => new(
        app.Id, app.ProjectId, app.Name, app.DevMode, app.TechStack, null, null, null, null, app.ScaffoldTemplate, null, null, app.CreatedAt, app.UpdatedAt,
        app.ArchivedAt);
}
