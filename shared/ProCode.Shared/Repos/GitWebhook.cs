namespace ProCode.Repos;

/// <summary>What a repository's webhook reports.</summary>
public enum GitWebhookEvent
{
    PUSH,
    TAG_PUSH,
}

/// <summary>A webhook as a host tells it. <paramref name="Id"/> is the host's.</summary>
public sealed record GitWebhook(string Id, string Url, IReadOnlyList<GitWebhookEvent> Events);

/// <summary>A webhook as it should be. Deliberately not a record: its text form doesn't show the secret.</summary>
public sealed class GitWebhookOrder(string url, string secret, IReadOnlyList<GitWebhookEvent> events)
{
    public string Url { get; } = url;

    /// <summary>What deliveries are signed with, or carry as their token.</summary>
    public string Secret { get; } = secret;

    public IReadOnlyList<GitWebhookEvent> Events { get; } = events;
}
