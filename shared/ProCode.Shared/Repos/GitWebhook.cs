namespace ProCode.Repos;

/// <summary>What a repository's webhook reports.</summary>
public enum GitWebhookEvent
{
    PUSH,
    TAG_PUSH,
}

/// <summary>A webhook as a host tells it. <paramref name="Id"/> is the host's.</summary>
public sealed record GitWebhook(string Id, string Url, IReadOnlyList<GitWebhookEvent> Events);
