namespace ProCode.Repos;

/// <summary>The git repository of an app; an app has at most one.</summary>
public sealed record Repo(long Id, long AppId, string Url, GitType GitType, long? CredentialId, DateTimeOffset CreatedAt)
{
    /// <summary>Repository addresses have at most this many characters.</summary>
    public const int MaxUrlLength = 500;

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
