using System.Globalization;
using ProCode.Apps;
using ProCode.Repos;

namespace ProCode.Functions.Apps;

/// <summary>An app as clients see it. The repository is told by single reads and by the answer to its creation, not by lists.</summary>
internal sealed record AppResponse(
    long Id, long ProjectId, string Name, DevMode DevMode, TechStack? TechStack, string? GitRepoUrl, GitType? GitType, string? CredentialId,
    string? ScaffoldTemplate, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt)
{
    public static AppResponse From(App app, Repo? repo) => new(
        app.Id, app.ProjectId, app.Name, app.DevMode, app.TechStack, repo?.Url, repo?.GitType,
        repo?.CredentialId?.ToString(CultureInfo.InvariantCulture), app.ScaffoldTemplate, app.CreatedAt, app.UpdatedAt, app.ArchivedAt);
}
