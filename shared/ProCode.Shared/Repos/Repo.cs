using System.Globalization;
using System.Text.Json.Serialization;

namespace ProCode.Repos;

/// <summary>The git repository of an app; an app has at most one, and keeps its id when the repository is changed for another.</summary>
public sealed record Repo(long Id, long AppId, string Url, GitType GitType, long? CredentialId, DateTimeOffset CreatedAt)
{
    /// <summary>Repository addresses have at most this many characters.</summary>
    public const int MaxUrlLength = 500;

    /// <summary>How the host tells us what happens in the repository.</summary>
    public RepoWebhook? Webhook { get; init; }

    /// <summary>Webhooks of ours at repositories that the app had before, still to be removed there.</summary>
    public IReadOnlyList<FormerWebhook> FormerWebhooks { get; init; } = [];

    /// <summary>When the address, the credential or the webhook was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    /// <summary>What is to be removed at this repository once the app leaves it. While one is being made, its id is not known yet.</summary>
    [JsonIgnore]
    public IReadOnlyList<FormerWebhook> LeftBehind => Webhook is { HostId: not null } or { State: WebhookState.PENDING }
        ? [new FormerWebhook(Url, GitType, CredentialId, Webhook.HostId)]
        : [];

    /// <summary>The path under which the host delivers webhooks.</summary>
    public string WebhookPath => WebhookPathOf(GitType);

    /// <summary>The path under which a host of another kind delivers, or did before the repository was changed.</summary>
    public string WebhookPathOf(GitType type) => string.Create(CultureInfo.InvariantCulture, $"api/v1/hooks/{Json.EnumNames.NameOf(type)}/{Id}");

    /// <summary>What the webhook's secret is encrypted for: nothing else can be read with it.</summary>
    public static string SecretPurpose(long repoId) => string.Create(CultureInfo.InvariantCulture, $"repo-webhook-{repoId}");

    /// <summary>The kind of host that a URL's host name tells; plain git when it tells nothing.</summary>
    public static GitType InferType(Uri url) => url.Host.ToLowerInvariant() switch
    {
        "github.com" => GitType.GitHub,
        "gitlab.com" => GitType.GitLab,
        "gitee.com" => GitType.Gitee,
        var host when host.StartsWith("gitlab.", StringComparison.Ordinal) => GitType.GitLab,
        _ => GitType.Git,
    };
}
