namespace ProCode.Repos;

/// <summary>A webhook as it should be. Deliberately not a record: its text form doesn't show the secret.</summary>
public sealed class GitWebhookOrder(string url, string secret, IReadOnlyList<GitWebhookEvent> events)
{
    public string Url { get; } = url;

    /// <summary>What deliveries are signed with, or carry as their token.</summary>
    public string Secret { get; } = secret;

    public IReadOnlyList<GitWebhookEvent> Events { get; } = events;
}
